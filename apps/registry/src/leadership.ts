import type { LeaderDuties } from './leader-duties';
import type { CatalogStore, Fence } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { ReplicaGroup } from './ports/replica-group';

/** Begins and ends the duties of a leader with its terms. */
export interface Leadership {
  /** Those of the term that goes on. */
  readonly duties: LeaderDuties | undefined;
  start(): void;
  /** `leadership` of the group, or whether the store is detached, is another than before. */
  changed(): void;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  readonly group: Pick<ReplicaGroup, 'leadership' | 'isShared'>;
  readonly store: Pick<CatalogStore, 'status'>;
  readonly clock: Clock;
  readonly begin: (fence: Fence) => LeaderDuties;
}

/** A new leader first learns from the reports of a whole round what the one before knew. */
const FIRST_WAIT_MS = 3000;

export function createLeadership({ group, store, clock, begin }: LeadershipOptions): Leadership {
  let duties: LeaderDuties | undefined;
  let token: number | undefined;
  let isRunning = false;
  let cancel = (): void => undefined;
  /** Duties of an earlier term that are still being ended. */
  let ending: Promise<void> = Promise.resolve();

  return {
    get duties() {
      return duties;
    },
    start() {
      isRunning = true;
      look();
    },
    changed: look,
    async stop() {
      isRunning = false;
      look();
      await ending;
    },
  };

  function look(): void {
    // A replica that is cut off learns of nothing, so it presumes nothing.
    const fence = isRunning && store.status !== 'detached' ? group.leadership : undefined;
    if (fence?.token === token) return;
    token = fence?.token;
    cancel();
    end();
    if (fence === undefined) return;
    if (group.isShared) cancel = clock.after(FIRST_WAIT_MS, () => beginTerm(fence));
    else beginTerm(fence);
  }

  function beginTerm(fence: Fence): void {
    duties = begin(fence);
    duties.start();
  }

  function end(): void {
    const ended = duties;
    duties = undefined;
    if (ended !== undefined) ending = Promise.all([ending, ended.stop()]).then(() => undefined);
  }
}
