import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import type { CheckedTokens, ListedCertificate, ListedToken } from '@rollcall/registry/for-operators';
import { whyUnreadable } from '@rollcall/service-kit';
import { isMap, isSeq, parseDocument } from 'yaml';
import { CliFault } from '../cli-fault';
import { EXIT } from '../exit-codes';

/** A token as a tokens file has it: its digest, which gives nothing away. */
export interface TokenEntry {
  readonly name: string;
  readonly sha256: string;
  readonly scopes: readonly string[];
  readonly routes?: readonly string[];
}

export interface TokensFile {
  readonly tokens: readonly ListedToken[];
  readonly certificates: readonly ListedCertificate[];
  /** Names of those that stand in it themselves, and not their digests. */
  readonly plain: readonly string[];
  /** Whether others on this machine can read it. */
  readonly isOpen: boolean;
}

/** @throws CliFault when it cannot be read, with every fault of it when a registry would refuse it */
export async function readTokensFile(file: string): Promise<TokensFile> {
  const text = textOf(file);
  return {
    ...(await checked(text, file)),
    plain: plainOf(text),
    isOpen: (statSync(file).mode & 0o077) !== 0,
  };
}

/**
 * Adds a token to a file, which is made where there is none; what else stands in it, comments too, stays as it is. The
 * file is replaced whole, or not at all.
 *
 * @throws CliFault when the registry would refuse the file as it is, or as it would be
 */
export async function addToken(file: string, entry: TokenEntry): Promise<void> {
  const before = exists(file) ? textOf(file) : undefined;
  if (before !== undefined) await checked(before, file);
  const document = parseDocument(before ?? 'tokens: []\n');
  if (!document.has('tokens')) document.set('tokens', document.createNode([]));
  const tokens = document.get('tokens');
  // The registry has read it so a moment ago.
  if (!isSeq(tokens)) throw new CliFault(EXIT.usage, `${file}: tokens is not a list`);
  if (before === undefined) tokens.flow = false;
  tokens.add(document.createNode(entry));
  const isJson = before?.trimStart().startsWith('{') === true;
  const text = isJson
    ? `${JSON.stringify(document.toJS(), undefined, 2)}\n`
    : document.toString({ lineWidth: 0 });
  await checked(text, file);
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  // A registry that runs as another user goes on reading it.
  if (before !== undefined) chmodSync(fresh, statSync(file).mode & 0o777);
  renameSync(fresh, file);
}

async function checked(
  text: string,
  file: string,
): Promise<Exclude<CheckedTokens, { readonly faults: unknown }>> {
  // Other commands need nothing of a registry.
  const { checkTokens } = await import('@rollcall/registry/for-operators');
  const read = checkTokens(text, file);
  if ('tokens' in read) return read;
  throw new CliFault(
    EXIT.no,
    read.faults.join('\n'),
    'mend it; a registry keeps the tokens that it has until then',
  );
}

function plainOf(text: string): readonly string[] {
  const tokens = parseDocument(text).get('tokens');
  if (!isSeq(tokens)) return [];
  return tokens.items.flatMap((item) => (isMap(item) && item.has('token') ? [String(item.get('name'))] : []));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliFault(EXIT.usage, `${file} cannot be read: ${whyUnreadable(error)}`, 'name a tokens file', {
      cause: error,
    });
  }
}

function exists(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
