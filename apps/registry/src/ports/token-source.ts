import type { AccessCertificate } from '../access/access-certificate';
import type { AccessToken } from '../access/access-token';
import type { RouteRight } from '../access/route-rights';

/** All the tokens and certificates there are, or every reason why they cannot be used. Faults never repeat a secret. */
export type TokenReading =
  | {
      readonly tokens: readonly AccessToken[];
      /** In the order of the file. */
      readonly certificates?: readonly AccessCertificate[];
      /** By service: paths that its writers may announce. */
      readonly routes?: ReadonlyMap<string, readonly RouteRight[]>;
    }
  | { readonly faults: readonly string[] };

/**
 * Where tokens come from. Asked once before the registry listens and then every few seconds, never twice at the same
 * time. Never rejects: what cannot be read is a fault, and the caller keeps the previous tokens.
 */
export interface TokenSource {
  read(): Promise<TokenReading>;
}
