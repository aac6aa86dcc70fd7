import { grantedRoutes, type InstanceRecord } from '../instance/instance-record';
import { OLDER_CALL_TAG } from '@rollcall/contracts';
import { pathKeyOf, pathName, type PathClaim, type PathKey, type StandingClaim } from './path-claim';
import { createPathIndex, type PathIndex } from './path-index';

/** What a committed change comes to for the paths of its service. */
export interface ClaimChange {
  readonly serviceName: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly claims?: readonly PathClaim[] | undefined;
  readonly released?: readonly PathKey[] | undefined;
  /** Instances as they were, and as they are. */
  readonly before: readonly InstanceRecord[];
  readonly after: readonly InstanceRecord[];
}

/** Claims whose service may be gone for good. */
export interface ForgottenPaths {
  readonly serviceName: string;
  readonly paths: readonly PathKey[];
}

/**
 * Which service holds which path. Changes by committed changes alone, so that every process that has the same changes
 * has the same claims: what a registry knew, its journal knows too.
 */
export interface ClaimBook extends Pick<PathIndex, 'at' | 'covering' | 'rivalOf'> {
  readonly size: number;
  /** The same list until one of them changes. */
  of(serviceName: string): readonly StandingClaim[];
  /** Up to `limit` claims that no instance has announced since then. @param since epoch milliseconds */
  unannounced(since: number, limit: number): readonly ForgottenPaths[];
  /** What a store has kept of a service. */
  restore(serviceName: string, claims: readonly StandingClaim[], records: readonly InstanceRecord[]): void;
  /** @returns whether the claims of the service are others now */
  apply(change: ClaimChange): boolean;
}

interface Claim {
  readonly serviceName: string;
  readonly claim: PathClaim;
  /** Ids of the instances that announce it. */
  readonly announcers: Set<string>;
  unannouncedSince: number | undefined;
  endsWithEntry: boolean;
}

const NONE: readonly StandingClaim[] = [];

export function createClaimBook(): ClaimBook {
  const index = createPathIndex();
  const services = new Map<string, Map<string, Claim>>();
  const lists = new Map<string, readonly StandingClaim[]>();
  /** The claims that no instance announces. */
  const left = new Set<Claim>();
  let size = 0;

  function add(serviceName: string, { unannouncedSince, endsWithEntry, ...claim }: StandingClaim): void {
    const name = pathName(claim);
    const own = services.get(serviceName) ?? new Map<string, Claim>();
    if (own.has(name)) return;
    services.set(serviceName, own);
    const entry = {
      serviceName,
      claim,
      announcers: new Set<string>(),
      unannouncedSince,
      endsWithEntry: endsWithEntry === true,
    };
    own.set(name, entry);
    if (unannouncedSince !== undefined) left.add(entry);
    index.add({ serviceName, claim });
    size += 1;
  }

  function drop({ serviceName, claim }: Claim): void {
    const own = services.get(serviceName);
    const entry = own?.get(pathName(claim));
    if (own === undefined || entry === undefined) return;
    own.delete(pathName(claim));
    if (own.size === 0) services.delete(serviceName);
    left.delete(entry);
    index.remove(claim);
    size -= 1;
  }

  function claimOf(serviceName: string, key: PathKey): Claim | undefined {
    return services.get(serviceName)?.get(pathName(key));
  }

  function* announcedBy(record: InstanceRecord): Generator<Claim, void> {
    for (const route of grantedRoutes(record)) {
      const claim = claimOf(record.registration.serviceName, pathKeyOf(route));
      if (claim !== undefined) yield claim;
    }
  }

  /** @returns whether it is another now */
  function settle(claim: Claim, at: number): boolean {
    if (claim.announcers.size > 0) {
      const returned = claim.unannouncedSince !== undefined;
      claim.unannouncedSince = undefined;
      left.delete(claim);
      return returned;
    }
    if (claim.unannouncedSince !== undefined) return false;
    if (claim.endsWithEntry) drop(claim);
    else {
      claim.unannouncedSince = at;
      left.add(claim);
    }
    return true;
  }

  return {
    at: (key) => index.at(key),
    covering: (key, serviceName) => index.covering(key, serviceName),
    rivalOf: (key, serviceName) => index.rivalOf(key, serviceName),
    get size() {
      return size;
    },
    of(serviceName) {
      const known = lists.get(serviceName);
      if (known !== undefined) return known;
      const own = services.get(serviceName);
      if (own === undefined) return NONE;
      const list = Array.from(own.values(), toStanding);
      lists.set(serviceName, list);
      return list;
    },
    unannounced(since, limit) {
      const found = new Map<string, PathKey[]>();
      let count = 0;
      for (const { serviceName, claim, unannouncedSince = Infinity } of left) {
        if (unannouncedSince > since) continue;
        if ((count += 1) > limit) break;
        const paths = found.get(serviceName) ?? [];
        paths.push(claim);
        found.set(serviceName, paths);
      }
      return Array.from(found, ([serviceName, paths]) => ({ serviceName, paths }));
    },
    restore(serviceName, claims, records) {
      for (const claim of claims) add(serviceName, claim);
      for (const record of records)
        for (const claim of announcedBy(record)) claim.announcers.add(record.instanceId);
      // A damaged file may have lost those who announced one: it must end all the same.
      for (const claim of services.get(serviceName)?.values() ?? []) settle(claim, claim.claim.since);
    },
    apply({ serviceName, at, claims = [], released = [], before, after }) {
      const touched = new Set<Claim>();
      let changed = claims.length > 0 || released.length > 0;
      for (const claim of claims) {
        const olderOnly = after.length > 0 && after.every(isOlderEntry);
        add(serviceName, { ...claim, ...(olderOnly && { endsWithEntry: true }) });
        const entry = claimOf(serviceName, claim);
        if (entry !== undefined) touched.add(entry);
      }
      for (const record of before)
        for (const claim of announcedBy(record)) {
          claim.announcers.delete(record.instanceId);
          touched.add(claim);
        }
      for (const record of after)
        for (const claim of announcedBy(record)) {
          claim.announcers.add(record.instanceId);
          if (!isOlderEntry(record)) claim.endsWithEntry = false;
          touched.add(claim);
        }
      for (const claim of touched) if (settle(claim, at)) changed = true;
      for (const key of released) {
        const claim = claimOf(serviceName, key);
        if (claim !== undefined) drop(claim);
      }
      if (changed || touched.size > 0) lists.delete(serviceName);
      return changed;
    },
  };
}

function isOlderEntry({ registration }: InstanceRecord): boolean {
  return registration.tags.includes(OLDER_CALL_TAG);
}

function toStanding({ claim, unannouncedSince, endsWithEntry }: Claim): StandingClaim {
  return {
    ...claim,
    ...(unannouncedSince === undefined ? {} : { unannouncedSince }),
    ...(endsWithEntry && { endsWithEntry: true }),
  };
}
