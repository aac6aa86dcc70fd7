import type { DiscoveryResult } from './discovery-result';
import type { Subscriptions } from './subscriptions';

/** Callers who wait for a service to be known at all. */
export interface Lookups {
  /** Answers with the first result that has a snapshot, or after `timeoutMs` with whatever there is. Never rejects. */
  wait(serviceName: string, timeoutMs: number): Promise<DiscoveryResult>;
  /** Answers everybody with what is known now. */
  finish(): void;
}

/** Node runs a timer of more than this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createLookups(
  subscriptions: Pick<Subscriptions, 'listen'>,
  current: (serviceName: string) => DiscoveryResult,
): Lookups {
  const waiting = new Set<() => void>();

  return {
    wait(serviceName, timeoutMs) {
      return new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          unlisten();
          waiting.delete(finish);
          resolve(current(serviceName));
        };
        const timer = setTimeout(finish, Math.min(timeoutMs, LONGEST_TIMER_MS));
        const unlisten = subscriptions.listen(serviceName, (result) => {
          if ('snapshot' in result) finish();
        });
        waiting.add(finish);
      });
    },
    finish() {
      for (const finish of [...waiting]) finish();
    },
  };
}
