import type { Fault } from '@rollcall/contracts';
import { LineCounter, parseDocument } from 'yaml';

/** YAML as plain values. What the parser itself says of a fault repeats the line, which may hold a secret. */
export function parseYaml(
  text: string,
): { readonly content: unknown } | { readonly faults: readonly Fault[] } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter, prettyErrors: false });
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ code, pos }) => {
        const { line, col } = lineCounter.linePos(pos[0]);
        return {
          path: '',
          message: `line ${line}, column ${col}: ${PLAIN_WORDS[code] ?? `not YAML (${code})`}`,
        };
      }),
    };
  try {
    return { content: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return { faults: [{ path: '', message: 'it swells by references to itself' }] };
  }
}

const PLAIN_WORDS: Readonly<Record<string, string>> = { DUPLICATE_KEY: 'keys must be unique' };
