import type { Clock } from '../ports/clock';

/** Whether the place where a store keeps its changes takes them, by the attempts to write there. */
export interface WriteHealth {
  readonly isFailing: boolean;
  /** Writes, and remembers how that went. Rejects with what `write` rejects with. */
  attempt<T>(write: () => Promise<T>): Promise<T>;
  /** To be told of a write that failed before there was anything to attempt it by. */
  failed(error: unknown): void;
  /** Ends the trials. Idempotent. */
  stop(): void;
}

export interface WriteHealthOptions {
  readonly clock: Clock;
  /**
   * Writes something that changes nothing, by `attempt`. Without it a store that nobody changes would be called failing for
   * as long as nobody changes it. Called while writes fail, never while another call is under way.
   */
  readonly trial: () => Promise<unknown>;
  /** Whether other changes would fail as well: not if that one alone was at fault. */
  readonly concernsOthers: (error: unknown) => boolean;
  readonly onEvent: (
    event: { readonly type: 'write_failed'; readonly error: unknown } | { readonly type: 'write_recovered' },
  ) => void;
}

/** Shorter: more work for a disk or an engine that is in trouble. Longer: called failing for as long after it recovered. */
const TRIAL_EVERY_MS = 1000;

export function createWriteHealth({
  clock,
  trial,
  concernsOthers,
  onEvent,
}: WriteHealthOptions): WriteHealth {
  let begun = 0;
  /** The latest to have begun of the attempts whose outcome is known. */
  let settled = 0;
  let isFailing = false;
  let cancelTrial: (() => void) | undefined;
  let isStopped = false;

  /** An attempt that waited for its time limit says nothing any more once a later one has had its outcome. */
  function isLate(attempt: number): boolean {
    if (attempt < settled) return true;
    settled = attempt;
    return false;
  }

  function succeeded(): void {
    if (!isFailing) return;
    isFailing = false;
    cancelTrial?.();
    cancelTrial = undefined;
    onEvent({ type: 'write_recovered' });
  }

  function failed(error: unknown): void {
    if (isFailing) return;
    isFailing = true;
    onEvent({ type: 'write_failed', error });
    tryLater();
  }

  function tryLater(): void {
    if (isStopped || !isFailing) return;
    cancelTrial?.();
    cancelTrial = clock.after(TRIAL_EVERY_MS, () => {
      // How it went is told by `attempt`.
      void trial().then(tryLater, tryLater);
    });
  }

  return {
    get isFailing() {
      return isFailing;
    },
    async attempt(write) {
      begun += 1;
      const attempt = begun;
      try {
        const result = await write();
        if (!isLate(attempt)) succeeded();
        return result;
      } catch (error) {
        if (concernsOthers(error) && !isLate(attempt)) failed(error);
        throw error;
      }
    },
    failed,
    stop() {
      isStopped = true;
      cancelTrial?.();
    },
  };
}
