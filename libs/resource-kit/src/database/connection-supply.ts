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
  /** The same while no connection is open since the last ones were lost. */
  readonly unreachableMs: number;
}

interface Waiter {
  resolve(client: PoolClient): void;
  reject(error: unknown): void;
}

/** Between two tries to open what is to be kept, or to reach a server that is away. */
const RETRY_MS = 1000;

/**
 * How the server was found: `reached`; `doubted` since a connection was lost or could not be opened; `unreachable` once a
 * caller has waited for nothing. Then nobody waits any more until a connection is open: a circuit breaker.
 */
type Reachability = 'reached' | 'doubted' | 'unreachable';

const unreachable = (): Error => new Error('the database cannot be reached');

export function createConnectionSupply(pool: Pool, rules: SupplyRules): ConnectionSupply {
  const { maxConnections, minConnections, waitMs, unreachableMs } = rules;
  const waiters: Waiter[] = [];
  /** Idle ones on their way to a waiter, and new ones that are being opened for waiters. */
  let fetching = 0;
  let opening = 0;
  let refill: NodeJS.Timeout | undefined;
  let ended = false;
  const open = new Set<PoolClient>();
  let server: Reachability = 'reached';
  let triedAt = -Infinity;

  pool.on('connect', (client) => {
    open.add(client);
    server = 'reached';
  });
  pool.on('error', (_error, client) => lost(client));
  pool.on('release', (error, client) => {
    if (error instanceof Error) lost(client);
  });
  pool.on('remove', (client) => {
    open.delete(client);
    refillSoon();
  });

  function lost(client: PoolClient): void {
    open.delete(client);
    doubt();
  }

  function doubt(): void {
    if (server === 'reached' && open.size === 0) server = 'doubted';
  }

  const idle = (): number => pool.idleCount - pool.waitingCount;

  function serve(): void {
    for (; idle() > 0 && waiters.length > fetching; fetching += 1)
      void pool
        .connect()
        .then(hand, failed)
        .finally(() => (fetching -= 1));
    while (pool.totalCount < maxConnections && waiters.length > fetching + opening) openOne();
  }

  function openOne(): void {
    opening += 1;
    void pool
      .connect()
      .then(hand, failed)
      .finally(() => (opening -= 1));
  }

  /** For those who did not wait: one of them opens the circuit again. */
  function tryToReach(): void {
    if (performance.now() < triedAt + RETRY_MS || pool.totalCount >= maxConnections) return;
    triedAt = performance.now();
    openOne();
  }

  function hand(client: PoolClient): void {
    const waiter = waiters.shift();
    if (waiter === undefined) client.release();
    else waiter.resolve(client);
  }

  /** Others may still come back. Where there are none, everybody hears at once that there will be none. */
  function failed(error: unknown): void {
    doubt();
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
    }, RETRY_MS).unref();
  }

  return {
    take() {
      if (server === 'unreachable') {
        tryToReach();
        return Promise.reject(unreachable());
      }
      return new Promise((resolve, reject) => {
        const waitsUntil = performance.now() + waitMs;
        const settled = (): void => {
          clearTimeout(timer);
          const position = waiters.indexOf(waiter);
          if (position >= 0) waiters.splice(position, 1);
        };
        const waiter: Waiter = {
          resolve: (client) => (settled(), resolve(client)),
          reject: (error) => (settled(), reject(error as Error)),
        };
        const judge = (): void => {
          const leftMs = waitsUntil - performance.now();
          const isOver = leftMs < 1;
          if (open.size === 0 && (isOver || server === 'doubted')) server = 'unreachable';
          if (server === 'unreachable') waiter.reject(unreachable());
          else if (isOver) waiter.reject(new Error(`no connection to the database within ${waitMs} ms`));
          else timer = setTimeout(judge, Math.min(unreachableMs, leftMs));
        };
        let timer = setTimeout(judge, Math.min(unreachableMs, waitMs));
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
