import type { DiscoverQuery } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { Clock } from '../ports/clock';
import type { ChangeFeed } from '../watch/change-feed';

export interface AwaitChangeDeps {
  readonly catalog: Catalog;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
}

const USUAL_WAIT_MS = 30_000;

/** Whether the caller has seen what there is. Another index, a higher one too, is that of another catalog. */
export function hasSeenAll(catalog: Catalog, serviceName: string, { index }: DiscoverQuery): boolean {
  return index !== undefined && index === catalog.service(serviceName).revision;
}

/** Resolves when the service changes, when the caller's wait is over, or when `signal` aborts because the caller has gone. */
export function awaitChange(
  { feed, clock }: AwaitChangeDeps,
  serviceName: string,
  { wait = USUAL_WAIT_MS }: DiscoverQuery,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      unfollow();
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unfollow = feed.follow(new Set([serviceName]), done);
    const cancel = clock.after(wait, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
