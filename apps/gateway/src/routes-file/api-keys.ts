import { readDocument } from '@rollcall/service-kit';
import type { NamedKey } from '../routing/policy-rules';
import { parseYaml } from './parse-yaml';
import { apiKeysFileSchema, type GivenKey } from './api-keys-schema';
import type { RoutesFault } from '../ports/routes-source';

/** A file that the routes file names. */
export type FileBeside = { readonly file: string } & ({ readonly text: string } | { readonly why: string });

/** One key, and how a fault with it is told. */
interface PlacedKey extends GivenKey {
  fault(message: string): RoutesFault;
}

type Collected = { readonly keys: readonly NamedKey[] } | { readonly faults: readonly RoutesFault[] };

/** Every key that routes may ask for: those in the routes file (`here`) and those in the file beside it. */
export function collectApiKeys(here: readonly PlacedKey[], beside: FileBeside | undefined): Collected {
  const there = beside === undefined ? { keys: [] } : keysIn(beside);
  if ('faults' in there) return there;
  const all = [...here, ...there.keys];
  const faults = all.flatMap((key, index) => {
    const earlier = all.slice(0, index).find((other) => isSame(other, key));
    if (earlier === undefined) return [];
    return earlier.name === key.name
      ? [key.fault('is there twice: give each caller one name and one key')]
      : [
          key.fault(
            `is the same key as that of ${earlier.name}: generate another, so that a key identifies one caller`,
          ),
        ];
  });
  if (faults.length > 0) return { faults };
  return { keys: all.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, 'hex') })) };
}

function isSame(a: GivenKey, b: GivenKey): boolean {
  return a.name === b.name || a.sha256.toLowerCase() === b.sha256.toLowerCase();
}

function keysIn(
  beside: FileBeside,
): { readonly keys: readonly PlacedKey[] } | { readonly faults: readonly RoutesFault[] } {
  const { file } = beside;
  if ('why' in beside)
    return { faults: [{ file, line: 1, column: 1, path: 'api_keys_file', message: beside.why }] };
  const document = readDocument(beside.text, {
    parse: parseYaml,
    schema: apiKeysFileSchema,
    smallest: 'api_keys: with a list of names and digests',
    items: { api_keys: { noun: 'API key', by: 'name' } },
    isSecret: true,
  });
  return 'faults' in document
    ? { faults: document.faults.map((fault) => ({ ...fault, file })) }
    : { keys: placedKeys(document.value.api_keys, file, document.fault) };
}

export function placedKeys(
  keys: readonly GivenKey[],
  file: string,
  fault: (path: readonly (string | number)[], message: string) => Omit<RoutesFault, 'file'>,
): readonly PlacedKey[] {
  return keys.map((key, index) => ({
    ...key,
    fault: (message) => ({ ...fault(['api_keys', index], message), file }),
  }));
}
