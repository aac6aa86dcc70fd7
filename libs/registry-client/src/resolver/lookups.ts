import { waitFor } from '../registry/wait';
import type { DiscoveryResult } from './discovery-result';
import type { Subscriptions } from './subscriptions';

/** Callers who wait for a service to be known at all. */
export interface Lookups {
  /** Answers with the first result that has a snapshot, or after `timeoutMs` with whatever there is. Never rejects. */
  wait(serviceName: string, timeoutMs: number): Promise<DiscoveryResult>;
  /** Answers everybody with what is known now. */
  finish(): void;
}

export function createLookups(
  subscriptions: Pick<Subscriptions, 'listen'>,
  current: (serviceName: string) => DiscoveryResult,
): Lookups {
  const waiting = new Set<() => void>();

  return {
    async wait(serviceName, timeoutMs) {
      await waitFor(
        (done) => {
          waiting.add(done);
          const unlisten = subscriptions.listen(serviceName, (result) => {
            if ('snapshot' in result) done();
          });
          return () => {
            waiting.delete(done);
            unlisten();
          };
        },
        { ms: timeoutMs, ref: true },
      );
      return current(serviceName);
    },
    finish() {
      for (const finish of [...waiting]) finish();
    },
  };
}
