import { isDeepStrictEqual } from 'node:util';
import type { JwtIssuer } from '../routing/policy-rules';
import type { Route } from '../routing/route';
import type { KeySource } from './key-source';

/** The keys of every issuer of the routes file. */
export interface KeySources {
  /** In place of the issuers of earlier routes. An unchanged one keeps its keys; one that is gone is not asked any more. */
  follow(routes: readonly Route[]): void;
  /** `undefined` for an issuer of routes that are not in force any more. */
  of(issuer: JwtIssuer): KeySource | undefined;
  /** Idempotent. */
  stop(): void;
  /** Every issuer by name, with its keys. */
  entries(): readonly (readonly [issuer: string, source: KeySource])[];
}

export interface KeySourcesOptions {
  /** Begins to follow the keys of an issuer. */
  readonly open: (issuer: JwtIssuer) => KeySource;
}

export function createKeySources({ open }: KeySourcesOptions): KeySources {
  let sources: readonly { readonly issuer: JwtIssuer; readonly source: KeySource }[] = [];

  function of(issuer: JwtIssuer): KeySource | undefined {
    // Routes of one file, or one that did not change, share the object; workers get copies.
    const found =
      sources.find((one) => one.issuer === issuer) ?? sources.find((one) => isSame(one.issuer, issuer));
    return found?.source;
  }

  return {
    follow(routes) {
      const before = sources;
      const wanted: JwtIssuer[] = [];
      for (const { policy } of routes)
        for (const issuer of policy.jwt?.issuers ?? [])
          if (!wanted.some((one) => isSame(one, issuer))) wanted.push(issuer);
      sources = wanted.map((issuer) => ({ issuer, source: of(issuer) ?? open(issuer) }));
      for (const { issuer, source } of sources) source.trust(authoritiesOf(issuer));
      const kept = new Set(sources.map(({ source }) => source));
      for (const { source } of before) if (!kept.has(source)) source.stop();
    },
    of,
    stop() {
      for (const { source } of sources) source.stop();
    },
    entries: () => sources.map(({ issuer, source }) => [issuer.name, source] as const),
  };
}

/** Authorities are renewed while the issuer stays who it is: were it another one then, its keys would have to be fetched first. */
function isSame(one: JwtIssuer, other: JwtIssuer): boolean {
  return isDeepStrictEqual(withoutAuthorities(one), withoutAuthorities(other));
}

function withoutAuthorities(issuer: JwtIssuer): JwtIssuer {
  const { keys } = issuer;
  return keys.from === 'url' ? { ...issuer, keys: { from: 'url', url: keys.url } } : issuer;
}

function authoritiesOf({ keys }: JwtIssuer): string | undefined {
  return keys.from === 'url' ? keys.ca : undefined;
}
