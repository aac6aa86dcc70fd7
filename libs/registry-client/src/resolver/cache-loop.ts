import type { RegistryFailure } from '../registry/registry-failure';
import { writeCatalogCache, type CachedCatalog } from './catalog-cache';

/** Keeps a file up to date with what is known, some time after each change. */
export interface CacheLoop {
  changed(): void;
  /** Writes what has not been written yet. */
  stop(): Promise<void>;
}

/** Changes within this time are written once. Lower writes more often; higher loses more of them in a crash. */
const DELAY_MS = 1000;

export function createCacheLoop(options: {
  readonly file: string;
  /** What is worth keeping now. */
  readonly catalog: () => CachedCatalog;
  readonly onFailed: (failure: RegistryFailure) => void;
}): CacheLoop {
  const { file, catalog, onFailed } = options;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let lastFailure: string | undefined;

  function write(): Promise<void> {
    timer = undefined;
    // One after the other: two renames at once could leave the older one.
    writing = writing.then(async () => {
      const failure = await writeCatalogCache(file, catalog());
      if (failure !== undefined && failure.code !== lastFailure) onFailed(failure);
      lastFailure = failure?.code;
    });
    return writing;
  }

  return {
    changed() {
      timer ??= setTimeout(() => void write(), DELAY_MS).unref();
    },
    async stop() {
      if (timer === undefined) return writing;
      clearTimeout(timer);
      await write();
    },
  };
}
