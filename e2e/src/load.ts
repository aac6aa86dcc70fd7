import { EventEmitter, once } from 'node:events';

/** A request that did not end as it should have. */
export interface Failure {
  /** Milliseconds from the start of the load to the start of the request. */
  readonly startedAtMs: number;
  readonly reason: string;
}

export interface LoadReport {
  readonly succeeded: number;
  readonly failures: readonly Failure[];
  /** What was really sent, from the first to the last: below what was asked for where the machine could not keep up. */
  readonly perSecond: number;
}

export interface Load {
  /** Resolves once so many more requests have ended, one way or the other. */
  more(count: number): Promise<void>;
  /** Sends no more, waits for what is under way, and reports. Idempotent. */
  stop(): Promise<LoadReport>;
}

/** A load that a broken spec forgets ends by itself. */
const MOST_REQUESTS = 50_000;
/** Beyond so many under way the machine is the bottleneck, and more of them would only show that. */
const MOST_UNDER_WAY = 64;
const TICK_MS = 5;

/**
 * Sends requests at a steady pace, whatever becomes of the ones before: a slow answer hides no failure that others
 * would have had meanwhile. When each is due is fixed from the start, and those that a late timer has missed are sent at
 * once, so that a busy machine thins nothing out either. Only with very many under way do those that are due wait.
 *
 * @param send one request; resolves when it ended as it should, rejects with what was wrong otherwise
 */
export function startLoad(send: () => Promise<unknown>, options: { perSecond: number }): Load {
  const startedAt = performance.now();
  const failures: Failure[] = [];
  const underWay = new Set<Promise<void>>();
  const ended = new EventEmitter<{ request: [] }>();
  let succeeded = 0;
  let sent = 0;
  let lastSentAtMs = 0;

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * options.perSecond);
    while (sent < Math.min(due, MOST_REQUESTS) && underWay.size < MOST_UNDER_WAY) sendOne();
  }, TICK_MS);

  function sendOne(): void {
    sent += 1;
    const startedAtMs = Math.round(performance.now() - startedAt);
    lastSentAtMs = startedAtMs;
    const request = send()
      .then(
        () => void succeeded++,
        (error: unknown) => void failures.push({ startedAtMs, reason: describe(error) }),
      )
      .finally(() => {
        underWay.delete(request);
        ended.emit('request');
      });
    underWay.add(request);
  }

  return {
    async more(count) {
      const target = succeeded + failures.length + count;
      while (succeeded + failures.length < target) await once(ended, 'request');
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      return { succeeded, failures, perSecond: lastSentAtMs === 0 ? 0 : (sent / lastSentAtMs) * 1000 };
    },
  };
}

/** fetch hides what happened in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
