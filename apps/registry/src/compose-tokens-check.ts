import { readTokenDocument } from './adapters/token-document';

/** A token of a tokens file, without what would tell it. */
export interface ListedToken {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** A certificate of a tokens file: the name that it is found by, and what it is good for. */
export interface ListedCertificate extends ListedToken {
  readonly certificate: string;
}

/** What a tokens file would be to a registry: its entries, or everything for which it would be refused. */
export type CheckedTokens =
  | { readonly tokens: readonly ListedToken[]; readonly certificates: readonly ListedCertificate[] }
  | { readonly faults: readonly string[] };

/** Reads the text of a tokens file as a registry does, without one. Faults name `file`, and repeat no secret. */
export function checkTokens(text: string, file: string): CheckedTokens {
  const read = readTokenDocument(text, file);
  if ('faults' in read) return read;
  const { tokens, certificates = [] } = read;
  return {
    tokens: tokens.map(({ name, scopes }) => ({ name, scopes })),
    certificates: certificates.map(({ name, scopes, label }) => ({ name, scopes, certificate: label })),
  };
}
