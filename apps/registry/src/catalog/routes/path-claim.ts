import type { RouteClaim } from '@rollcall/contracts';
import { epochSeconds } from '../moment';

/** What a claim is about: requests for a prefix, at one host or at any. */
export interface PathKey {
  readonly pathPrefix: string;
  readonly host?: string | undefined;
}

/** A path as a service is given it. */
export interface PathClaim extends PathKey {
  /** Epoch milliseconds. */
  readonly since: number;
  /** What it is given by, a sentence. */
  readonly why: string;
  /** The tokens file names it: it may lie inside another service's path, or around it. */
  readonly named?: true;
}

/** A claim, and whether an instance announces it. */
export interface StandingClaim extends PathClaim {
  /** Epoch milliseconds; absent while an instance announces it. */
  readonly unannouncedSince?: number;
  /** Only instances of the legacy API have announced it, so it ends with them. */
  readonly endsWithEntry?: true;
}

/** The one text of a key; for people too: `shop.example/products`. */
export function pathName({ host = '', pathPrefix }: PathKey): string {
  return host + pathPrefix;
}

export function pathKeyOf(route: { readonly path_prefix: string; readonly host?: string }): PathKey {
  return {
    pathPrefix: route.path_prefix,
    ...(route.host === undefined ? {} : { host: route.host }),
  };
}

/** Whether some request is for both. */
export function isWithin(inner: string, outer: string): boolean {
  return outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
}

export function toRouteClaim(claim: StandingClaim): RouteClaim {
  const { pathPrefix, host, since, why, unannouncedSince } = claim;
  return {
    path_prefix: pathPrefix,
    ...(host === undefined ? {} : { host }),
    since: epochSeconds(since),
    ...(unannouncedSince === undefined ? {} : { unannounced_since: epochSeconds(unannouncedSince) }),
    why,
  };
}
