import { readTokenDocument } from './adapters/token-document';

/** A token of a tokens file, without what would tell it. */
export interface ListedToken {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** What a tokens file would be to a registry: its tokens, or everything for which it would be refused. */
export type CheckedTokens =
  | { readonly tokens: readonly ListedToken[] }
  | { readonly faults: readonly string[] };

/** Reads the text of a tokens file as a registry does, without one. Faults name `file`, and repeat no secret. */
export function checkTokens(text: string, file: string): CheckedTokens {
  const read = readTokenDocument(text, file);
  return 'faults' in read ? read : { tokens: read.tokens.map(({ name, scopes }) => ({ name, scopes })) };
}
