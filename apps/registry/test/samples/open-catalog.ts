import { createFakeClock, type FakeClock } from '@rollcall/testing';
import { createMemoryStore } from '../../src/adapters/memory-store';
import { createCatalog, type Catalog } from '../../src/catalog/catalog';
import type { AppliedChange, CommittedChange } from '../../src/catalog/changes/change';
import { createMassExpiryGuard } from '../../src/catalog/guard/mass-expiry-guard';
import type { CatalogStore } from '../../src/ports/catalog-store';
import { createContestNotes } from '../../src/probing/contest-notes';
import { createProbeNotes } from '../../src/probing/probe-notes';
import { createSoleReplica } from '../../src/replicas';
import { createHoldings } from '../../src/shares/holdings';
import { createShares } from '../../src/shares/shares';
import type { HeartbeatDeps } from '../../src/use-cases/heartbeat';
import type { RegisterDeps } from '../../src/use-cases/register';
import { followerOf } from '../doubles/store-follower';
import { createInstanceQueue } from '../../src/use-cases/instance-queue';

/** A catalog that follows a store, on a clock that a spec moves: what use-cases need, and nothing that runs by itself. */
export interface OpenCatalog extends RegisterDeps, HeartbeatDeps {
  readonly clock: FakeClock;
  /** Every change so far, with what it followed on. */
  readonly changes: readonly AppliedChange[];
}

export async function openCatalog(
  parts: {
    bounds?: { maxInstances: number; maxServices: number };
    store?: CatalogStore;
    clock?: FakeClock;
    maxVacantServices?: number;
  } = {},
): Promise<OpenCatalog> {
  const { store = createMemoryStore(), clock = createFakeClock(), maxVacantServices = 100 } = parts;
  const changes: AppliedChange[] = [];
  const stored = await store.open();
  const catalog: Catalog = createCatalog(stored, clock.moment(), { maxVacantServices });
  const guard = createMassExpiryGuard(catalog);
  const { maxInstances, maxServices } = parts.bounds ?? { maxInstances: 1000, maxServices: 100 };
  const holdings = createHoldings({
    catalog,
    instances: createShares({ bound: maxInstances, fair: false }),
    services: createShares({ bound: maxServices, fair: false }),
  });
  const apply = (change: CommittedChange): void => {
    changes.push(catalog.apply(change, clock.moment()));
    holdings.follow(change);
    guard.follow(change, clock.moment().now);
  };
  stored.recent.forEach(apply);
  store.follow(followerOf(apply));
  const openedAt = catalog.revision;
  let made = 0;
  return {
    routeBounds: { maxRoutesPerService: 100, maxRoutes: 1000 },
    catalog,
    store,
    clock,
    guard,
    queue: createInstanceQueue(),
    replicas: createSoleReplica(catalog),
    changes,
    probeNotes: createProbeNotes(),
    holdings,
    contestNotes: createContestNotes(
      () => clock.moment().epochMs,
      () => undefined,
    ),
    usualLease: { ttlSeconds: 30, heartbeatIntervalSeconds: 10 },
    // Those of an earlier process are not made again.
    newId: () => `made-${openedAt}-${(made += 1)}`,
  };
}
