import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { overlay } from './keyboard';

const LOADERS = { palette: () => import('./palette'), help: () => import('./help') };

/** The dialogs that the keyboard opens; each is loaded when it is first wanted. */
export function Overlays() {
  const wanted = overlay.value;
  const [loaded, setLoaded] = useState<{ readonly name: string; readonly Content: ComponentType }>();
  useEffect(() => {
    if (wanted === undefined) return;
    void LOADERS[wanted]().then((module) => setLoaded({ name: wanted, Content: module.default }));
  }, [wanted]);
  return wanted === undefined || loaded?.name !== wanted ? null : <loaded.Content />;
}
