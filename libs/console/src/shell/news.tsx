import { useEffect, useState } from 'preact/hooks';
import { readableRows } from '../pages/services/rows';

/** Nobody can listen to more than that. */
const EVERY_MS = 5000;

/** Says aloud, to who does not see it, what newly needs attention: only the grave things, and at most one in 5 s. */
export function News() {
  const grave = readableRows.value.flatMap(({ name, attention: [first] }) =>
    first !== undefined && (first.tone === 'gone' || first.label.startsWith('guard'))
      ? [`${name}: ${first.label}, ${first.detail}`]
      : [],
  );
  const text = grave.slice(0, 3).join('. ');
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (text === said) return undefined;
    const timer = setTimeout(() => setSaid(text), EVERY_MS);
    return () => clearTimeout(timer);
  }, [text, said]);
  return (
    <div class="hidden" aria-live="polite">
      {said}
    </div>
  );
}
