import type { RegistryFailure } from '../registry/registry-failure';
import { writeCatalogCache, type CatalogToCache } from './catalog-cache';

/** Keeps a file up to date with what is known, some time after each change. */
export interface CacheLoop {
  changed(): void;
  /** Writes what has not been written yet. */
  stop(): Promise<void>;
}

/** Changes within this time are written once. Lower writes more often; higher loses more of them in a crash. */
const SHORTEST_DELAY_MS = 1000;
/** A large catalog is written less often: the pause is this many times what writing took last. */
const PAUSE_SHARE = 20;
const LONGEST_DELAY_MS = 60_000;

export function createCacheLoop(options: {
  readonly file: string;
  /** What is to be written now. */
  readonly catalog: () => CatalogToCache;
  readonly onFailed: (failure: RegistryFailure) => void;
}): CacheLoop {
  const { file, catalog, onFailed } = options;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let lastFailure: string | undefined;
  let delayMs = SHORTEST_DELAY_MS;

  function write(): Promise<void> {
    timer = undefined;
    // One after the other: two renames at once could leave the older one.
    writing = writing.then(async () => {
      const begunAt = performance.now();
      const failure = await writeCatalogCache(file, catalog());
      const pauseMs = (performance.now() - begunAt) * PAUSE_SHARE;
      delayMs = Math.min(Math.max(pauseMs, SHORTEST_DELAY_MS), LONGEST_DELAY_MS);
      if (failure !== undefined && failure.code !== lastFailure) onFailed(failure);
      lastFailure = failure?.code;
    });
    return writing;
  }

  return {
    changed() {
      timer ??= setTimeout(() => void write(), delayMs).unref();
    },
    async stop() {
      if (timer === undefined) return writing;
      clearTimeout(timer);
      await write();
    },
  };
}
