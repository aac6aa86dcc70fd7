import { REGISTRY_ERROR } from '@rollcall/contracts';
import { AppError } from '@rollcall/service-kit';
import { Counter, type Registry } from 'prom-client';
import type { CatalogStore } from '../ports/catalog-store';

/** The same store, with a count of what it could not tell its follower in time. */
export function createMeasuredStore(store: CatalogStore, registry: Registry): CatalogStore {
  const behind = new Counter({
    name: 'rollcall_registry_behind_total',
    help: 'Calls and decisions that ended because this replica had not been told of the latest changes in time.',
    registers: [registry],
  });

  return {
    open: () => store.open(),
    follow: (follower) => store.follow(follower),
    commit: (change, under) => counted(store.commit(change, under)),
    reach: (revision) => counted(store.reach(revision)),
    confirmUnknown: (instance) => counted(store.confirmUnknown(instance)),
    get maxRecordsPerChange() {
      return store.maxRecordsPerChange;
    },
    get status() {
      return store.status;
    },
    describe: () => store.describe(),
    close: () => store.close(),
  };

  async function counted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AppError && error.code === REGISTRY_ERROR.registryBehind) behind.inc();
      throw error;
    }
  }
}
