import { EtcdError, type EtcdClient } from '../../src';

/** Writes of one key after the other, as a registry that is busy makes them. */
export interface SteadyWriter {
  /** Keys whose write was acknowledged, with the revision that etcd said. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Faults of writes so far; a write that failed is not repeated. */
  readonly faults: readonly EtcdError[];
  /** Resolves once the write under way has ended. */
  stop(): Promise<void>;
}

/** @param prefix of the keys; each is written once */
export function writeSteadily(client: EtcdClient, prefix: string): SteadyWriter {
  const acknowledged = new Map<string, number>();
  const faults: EtcdError[] = [];
  let isStopped = false;

  async function run(): Promise<void> {
    for (let number = 0; !isStopped; number += 1) {
      const key = `${prefix}${number}`;
      try {
        acknowledged.set(key, await client.put(key, 'x', { deadlineMs: 1000, heartbeat: true }));
      } catch (error) {
        if (!(error instanceof EtcdError)) throw error;
        faults.push(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const running = run();
  return {
    acknowledged,
    faults,
    stop() {
      isStopped = true;
      return running;
    },
  };
}
