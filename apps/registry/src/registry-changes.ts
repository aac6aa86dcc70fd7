import type { Logger } from '@rollcall/service-kit';
import type { Catalog } from './catalog/catalog';
import { catalogDifference } from './catalog/changes/catalog-difference';
import type { CommittedChange } from './catalog/changes/change';
import type { EventHistory } from './catalog/changes/event-history';
import type { StoredCatalog } from './catalog/stored-catalog';
import type { Warming } from './catalog/warming';
import { logChange } from './catalog-log';
import type { Liveness } from './liveness';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { RegistryMetrics } from './registry-metrics';
import type { Replication } from './replication';
import type { Holdings } from './shares/holdings';
import type { Watching } from './watching';

export interface RegistryChangesOptions {
  readonly stored: StoredCatalog;
  readonly store: CatalogStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly catalog: Catalog;
  readonly warming: Warming;
  readonly holdings: Holdings;
  readonly watching: Watching;
  readonly history: EventHistory;
  readonly replication: Replication;
  readonly liveness: Liveness;
  readonly metrics: RegistryMetrics;
}

/**
 * Has the catalog, and everything around it, follow the store: every change, in order, and what there is to do when
 * changes are lost, or the store is. Called in the turn in which the store was opened.
 */
export function followStore(options: RegistryChangesOptions): void {
  const { stored, store, clock, logger, catalog, warming, holdings, watching, history } = options;
  const { replication, liveness, metrics } = options;

  begin(stored);
  store.follow({ changed, replaced, attachmentChanged });

  function begin({ services, recent }: StoredCatalog): void {
    for (const { serviceName, records } of services) {
      const known = { serviceName, put: records, remove: [] };
      watching.begin(known);
      holdings.follow(known);
      replication.follow(known);
    }
    for (const change of recent) apply(change);
  }

  function apply(change: CommittedChange): void {
    replication.before(change);
    const applied = catalog.apply(change, clock.moment());
    holdings.follow(change);
    watching.follow(applied, history.record(change));
    replication.follow(change);
  }

  function changed(change: CommittedChange): void {
    apply(change);
    liveness.follow(change);
    metrics.record(change);
    logChange(logger, change);
  }

  function replaced(now: StoredCatalog): void {
    const lost = now.catalogId === catalog.catalogId ? catalogDifference(catalog, now) : undefined;
    if (lost === undefined) beginAnew(now);
    else for (const change of lost) changed(change);
    for (const change of now.recent) if (change.revision > catalog.revision) changed(change);
    replication.missedReports();
  }

  /** Who was listed is let go by all who follow, without a word to watchers: their streams have ended. */
  function beginAnew(now: StoredCatalog): void {
    watching.endStreams();
    for (const { serviceName, records, claims } of catalog.services()) {
      const remove = records.map(({ instanceId }) => instanceId);
      const at = clock.moment().epochMs;
      const change = { serviceName, at, put: [], remove, released: claims, overrides: [], notes: [] };
      changed({ ...change, revision: catalog.revision + 1 });
    }
    catalog.beginAnew(now, clock.moment());
    warming.begin(now, clock.moment());
    history.beginAnew();
    watching.beginAnew(now.revision);
    for (const { serviceName, records } of now.services)
      liveness.follow({
        serviceName,
        at: now.begunAt,
        put: records,
        remove: [],
        notes: [],
        revision: now.revision,
      });
    begin({ ...now, recent: [] });
  }

  function attachmentChanged(isAttached: boolean): void {
    if (isAttached) replication.missedReports();
    watching.attachmentChanged(isAttached);
    liveness.leadershipChanged();
  }
}
