import type { Pool, PoolClient } from 'pg';

/**
 * The connections of a pool, given to whoever has waited longest. pg's own pool ties a caller to the connection that is
 * opened for it: when that one is slow (a server under load, a starved CPU), the caller fails although others have come
 * back meanwhile. Here whatever comes first is taken, be it a new connection or one that was returned.
 */
export interface ConnectionSupply {
  /** @throws what kept connections from being opened, when there is none to wait for; or after the longest wait */
  take(): Promise<PoolClient>;
  /** One that was taken has been released. */
  returned(): void;
  /** Resolves when there are at least as many as are to be kept. @throws when they cannot be opened */
  warmUp(): Promise<void>;
  end(): Promise<void>;
}

export interface SupplyRules {
  readonly maxConnections: number;
  /** Kept open however long nobody uses them. */
  readonly minConnections: number;
  /** Longest wait of a caller, milliseconds. */
  readonly waitMs: number;
}

interface Waiter {
  resolve(client: PoolClient): void;
  reject(error: unknown): void;
}

/** Between two tries to open what is to be kept. */
const REFILL_MS = 1000;

export function createConnectionSupply(pool: Pool, rules: SupplyRules): ConnectionSupply {
  const { maxConnections, minConnections, waitMs } = rules;
  const waiters: Waiter[] = [];
  /** Idle ones on their way to a waiter, and new ones that are being opened for waiters. */
  let fetching = 0;
  let opening = 0;
  let refill: NodeJS.Timeout | undefined;
  let ended = false;
  pool.on('remove', refillSoon);

  const idle = (): number => pool.idleCount - pool.waitingCount;

  function serve(): void {
    for (; idle() > 0 && waiters.length > fetching; fetching += 1)
      void pool
        .connect()
        .then(hand, failed)
        .finally(() => (fetching -= 1));
    for (; pool.totalCount < maxConnections && waiters.length > fetching + opening; opening += 1)
      void pool
        .connect()
        .then(hand, failed)
        .finally(() => (opening -= 1));
  }

  function hand(client: PoolClient): void {
    const waiter = waiters.shift();
    if (waiter === undefined) client.release();
    else waiter.resolve(client);
  }

  /** Others may still come back. Where there are none, everybody hears at once that there will be none. */
  function failed(error: unknown): void {
    if (pool.totalCount === 0) for (const waiter of waiters.splice(0)) waiter.reject(error);
  }

  async function warmUp(): Promise<void> {
    const missing = Math.max(0, minConnections - pool.totalCount);
    const opened = await Promise.allSettled(Array.from({ length: missing }, () => pool.connect()));
    for (const result of opened) if (result.status === 'fulfilled') hand(result.value);
    for (const result of opened) if (result.status === 'rejected') throw result.reason;
  }

  function refillSoon(): void {
    if (ended || pool.totalCount >= minConnections) return;
    refill ??= setTimeout(() => {
      refill = undefined;
      // A server that is away is told of by those who need it; here it is only tried again.
      void warmUp().catch(refillSoon);
    }, REFILL_MS).unref();
  }

  return {
    take() {
      return new Promise((resolve, reject) => {
        const settled = (): void => {
          clearTimeout(timer);
          const position = waiters.indexOf(waiter);
          if (position >= 0) waiters.splice(position, 1);
        };
        const waiter: Waiter = {
          resolve: (client) => (settled(), resolve(client)),
          reject: (error) => (settled(), reject(error as Error)),
        };
        const timer = setTimeout(
          () => waiter.reject(new Error(`no connection to the database within ${waitMs} ms`)),
          waitMs,
        );
        waiters.push(waiter);
        serve();
      });
    },
    returned: serve,
    warmUp,
    async end() {
      ended = true;
      clearTimeout(refill);
      await pool.end();
    },
  };
}
