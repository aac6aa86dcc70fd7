import type { Fault } from '@rollcall/contracts';
import type { NamedKey } from '../routing/policy-rules';
import { apiKeysFileSchema, type GivenKey } from './api-keys-schema';
import { checkedBy } from './checked-by';
import { parseYaml } from './parse-yaml';

type Collected<T> = { readonly keys: readonly T[] } | { readonly faults: readonly Fault[] };

/** Every key that routes may ask for: those in the routes file and those in the file beside it. */
export function collectApiKeys(
  here: readonly GivenKey[] = [],
  file: string | undefined,
  readBeside: (path: string) => string,
): Collected<NamedKey> {
  const there = file === undefined ? { keys: [] } : keysIn(file, readBeside);
  if ('faults' in there) return there;
  const all = [...here, ...there.keys];
  const faults = all.flatMap(({ name, sha256 }, index) =>
    all
      .slice(0, index)
      .some((other) => other.name === name || other.sha256.toLowerCase() === sha256.toLowerCase())
      ? [{ path: 'api_keys', message: `${name} is there twice, or has the key of somebody else` }]
      : [],
  );
  if (faults.length > 0) return { faults };
  return { keys: all.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, 'hex') })) };
}

function keysIn(file: string, readBeside: (path: string) => string): Collected<GivenKey> {
  const read = textOf(file, readBeside);
  if ('faults' in read) return read;
  const document = parseYaml(read.text);
  const checked = 'faults' in document ? document : checkedBy(apiKeysFileSchema, document.content);
  return 'faults' in checked
    ? {
        faults: checked.faults.map(({ path, message }) => ({
          path: `api_keys_file ${path}`.trim(),
          message,
        })),
      }
    : { keys: checked.value.api_keys };
}

function textOf(
  file: string,
  readBeside: (path: string) => string,
): { readonly text: string } | { readonly faults: readonly Fault[] } {
  try {
    return { text: readBeside(file) };
  } catch (error) {
    return {
      faults: [{ path: 'api_keys_file', message: error instanceof Error ? error.message : String(error) }],
    };
  }
}
