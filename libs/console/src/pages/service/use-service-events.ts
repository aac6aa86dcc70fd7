import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CatalogEvent } from '@rollcall/contracts';
import { mergeEvents } from '../../state/live-picture';
import { events, source } from '../../state/store';

const ASKED = 200;

/** What is remembered of one service: what the registry has, and what came since. */
export function useServiceEvents(name: string): readonly CatalogEvent[] {
  const [past, setPast] = useState<readonly CatalogEvent[]>([]);
  const registry = source.value?.registry;
  useEffect(() => {
    setPast([]);
    void registry?.latestEvents({ service: name, limit: ASKED }).then((answer) => {
      if (answer.ok) setPast(answer.value);
    });
  }, [registry, name]);
  const recent = events.value;
  return useMemo(
    () =>
      mergeEvents(
        recent.filter(({ service_name }) => service_name === name),
        past,
      ),
    [recent, past, name],
  );
}
