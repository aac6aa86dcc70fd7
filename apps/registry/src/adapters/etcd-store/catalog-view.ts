import type { Change, KeyValue, WatchEvent } from '@rollcall/etcd-client';
import type { CommittedChange } from '../../catalog/changes/change';
import type { InstanceRecord } from '../../catalog/instance/instance-record';
import { createOverrideBook } from '../../catalog/overrides/override-book';
import { createClaimBook } from '../../catalog/routes/claim-book';
import { pathName, type PathClaim, type StandingClaim } from '../../catalog/routes/path-claim';
import type { StoredService } from '../../catalog/stored-catalog';
import type { EtcdKeys } from './etcd-keys';
import { isNothing, serviceNewsOf, whatIs, type ServiceNews } from './service-news';
import { createServiceTable } from './service-table';
import { standingClaims } from './standing-claims';

/**
 * What etcd has of the catalog, as far as this process was told: each key's revision, which transactions compare, and what
 * the keys say. Records are shared with the registry's catalog, so an instance costs its keys here.
 */
export interface CatalogView {
  /** Of the latest change. */
  readonly revision: number;
  /** 0 for a key that does not exist. */
  modRevisionOf(key: string): number;
  record(serviceName: string, instanceId: string): InstanceRecord | undefined;
  /** @param key of the instance */
  recordAt(key: string): InstanceRecord | undefined;
  claimsOf(serviceName: string): readonly StandingClaim[];
  /** @returns the change that one revision is, or `undefined` for one that is none; `irregular`: no registry made it */
  apply(change: Change): CommittedChange | 'irregular' | undefined;
  /**
   * Becomes what was listed later.
   *
   * @returns one change for each service that is another one now, in the order of their revisions; `irregular`: this
   *   difference has not come about by changes of registries, and nothing has become of it
   */
  become(later: readonly KeyValue[]): readonly CommittedChange[] | 'irregular';
  services(): readonly StoredService[];
  /** Services of which nothing is left but that they have changed once; the longest unchanged first. */
  vacant(): readonly string[];
  /** Every key of the catalog with its revision. */
  readonly keyRevisions: ReadonlyMap<string, number>;
  /** Keys of instances that cannot be read here, a newer version's or somebody's mistake: they are left as they are. */
  readonly unreadable: ReadonlySet<string>;
}

/** @param listed everything under `keys.catalog` */
export function createCatalogView(keys: EtcdKeys, listed: readonly KeyValue[]): CatalogView {
  const revisions = new Map<string, number>();
  const table = createServiceTable();
  const claims = createClaimBook();
  const overrides = createOverrideBook();
  const exists = (key: string): boolean => revisions.has(key);
  let revision = 0;
  restore();
  return {
    get revision() {
      return revision;
    },
    modRevisionOf: (key) => revisions.get(key) ?? 0,
    record: table.record,
    recordAt: table.at,
    claimsOf: claims.of,
    apply({ revision: at, events }) {
      noteKeys(events);
      const changed = [...serviceNewsOf(keys, events)].filter(isOrForgets);
      const [[serviceName, news] = [], ...others] = changed;
      if (serviceName === undefined || news === undefined) return undefined;
      if (others.length === 0 && news.latest !== undefined)
        return settle(asItSays(serviceName, news, news.latest), news);
      for (const [name, of] of changed) settle(differenceOf(name, of, at), of);
      return 'irregular';
    },
    become(later) {
      const events = differenceTo(later);
      const changed = [...serviceNewsOf(keys, events)].filter(([, news]) => !isNothing(news));
      if (changed.some(([, { latest }]) => (latest?.revision ?? 0) <= revision)) return 'irregular';
      noteKeys(events);
      return changed
        .map(([name, news]) => ({ change: differenceOf(name, news, news.latest?.revision ?? 0), news }))
        .sort((one, other) => one.change.revision - other.change.revision)
        .map(({ change, news }) => settle(change, news));
    },
    services: () =>
      Array.from(table.rows(), ([serviceName, own]) => ({
        serviceName,
        revision: own.revision,
        records: [...own.records.values()],
        claims: claims.of(serviceName),
        overrides: overrides.of(serviceName),
      })),
    vacant: () =>
      [...table.rows()]
        .filter(([name, own]) => own.records.size + claims.of(name).length + overrides.of(name).length === 0)
        .sort(([, one], [, other]) => one.revision - other.revision)
        .map(([name]) => name),
    keyRevisions: revisions,
    unreadable: table.unreadable,
  };

  function restore(): void {
    const events = listed.map(asPut);
    noteKeys(events);
    const all = serviceNewsOf(keys, events);
    for (const [serviceName, { records: found, latest, ...kept }] of all) {
      table.put(serviceName, byEpoch(found), exists);
      const row = table.row(serviceName);
      const own = [...row.records.values()];
      row.revision = own.reduce((last, record) => Math.max(last, record.revision), latest?.revision ?? 0);
      revision = Math.max(revision, row.revision);
      const standing = standingClaims(kept.claims ?? [], own, latest?.at);
      claims.restore(serviceName, standing, own);
      overrides.restore(serviceName, kept.overrides ?? [], own);
    }
  }

  function noteKeys(events: readonly WatchEvent[]): void {
    for (const event of events) {
      const name = event.kind === 'put' ? event.keyValue.key : event.key;
      if (!name.startsWith(keys.catalog)) continue;
      if (event.kind === 'put') revisions.set(name, event.keyValue.modRevision);
      else revisions.delete(name);
    }
  }

  /** The revision of a service may be forgotten once nothing else is left of it: that is no change. */
  function isOrForgets([serviceName, news]: readonly [string, ServiceNews]): boolean {
    if (!isNothing(news)) return true;
    table.forget(serviceName);
    return false;
  }

  function asItSays(
    serviceName: string,
    news: ServiceNews,
    { removed, ...latest }: NonNullable<ServiceNews['latest']>,
  ): CommittedChange {
    // A record that cannot be read any more is not listed any more; its key stays.
    const lost = [...news.records].flatMap(([key, record]) =>
      record === undefined && revisions.has(key) ? (table.at(key)?.instanceId ?? []) : [],
    );
    return { serviceName, ...latest, ...whatIs(news), remove: [...removed, ...lost] };
  }

  function differenceOf(serviceName: string, news: ServiceNews, at: number): CommittedChange {
    const kept = new Set([...news.records.values()].map((record) => record?.instanceId));
    const gone = [...news.records.keys()].flatMap((key) => table.at(key)?.instanceId ?? []);
    const before = claims.of(serviceName);
    const { claims: now = before } = news;
    const [given, released] = [without(now, before), without(before, now)];
    return {
      serviceName,
      at: news.latest?.at ?? 0,
      notes: news.latest?.notes ?? [],
      ...whatIs(news),
      remove: gone.filter((instanceId) => !kept.has(instanceId)),
      ...(given.length > 0 && { claims: given }),
      ...(released.length > 0 && { released }),
      revision: at,
    };
  }

  function settle(change: CommittedChange, news: ServiceNews): CommittedChange {
    const { serviceName } = change;
    const before = table.put(serviceName, news.records, exists);
    claims.apply({ ...change, before, after: change.put });
    if (change.overrides !== undefined) overrides.replace(serviceName, change.overrides);
    table.row(serviceName).revision = revision = change.revision;
    return change;
  }

  function differenceTo(later: readonly KeyValue[]): WatchEvent[] {
    const there = new Set(later.map(({ key }) => key));
    return [
      ...later.filter(({ key, modRevision }) => revisions.get(key) !== modRevision).map(asPut),
      ...[...revisions.keys()]
        .filter((key) => !there.has(key))
        .map((key): WatchEvent => ({ kind: 'deleted', key })),
    ];
  }
}

function asPut(keyValue: KeyValue): WatchEvent {
  return { kind: 'put', keyValue };
}

function byEpoch(records: ServiceNews['records']): ServiceNews['records'] {
  return new Map([...records].sort(([, one], [, other]) => (one?.epoch ?? 0) - (other?.epoch ?? 0)));
}

function without<T extends PathClaim>(claims: readonly T[], others: readonly PathClaim[]): readonly T[] {
  const names = new Set(others.map(pathName));
  return claims.filter((claim) => !names.has(pathName(claim)));
}
