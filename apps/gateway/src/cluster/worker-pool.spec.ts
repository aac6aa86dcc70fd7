import { createLogger } from '@rollcall/service-kit';
import { eventually } from '@rollcall/testing';
import { createWorkerPool, type WorkerPool } from './worker-pool';
import type { PrimaryMessage } from './messages';
import { LOOP_DEATHS } from './replacement-policy';
import type { WorkerEnd, WorkerLink } from './worker-link';

interface Hand extends WorkerLink {
  readonly place: number;
  readonly heard: PrimaryMessage[];
  die(end?: WorkerEnd): void;
}

/** A worker that listens at once, or says why it does not; it ends when it is told to, unless it overstays. */
function createHand(place: number, given: { fault?: string; overstays?: boolean } = {}): Hand {
  const heard: PrimaryMessage[] = [];
  let die: (end: WorkerEnd) => void = () => undefined;
  const exited = new Promise<WorkerEnd>((resolve) => (die = resolve));
  return {
    place,
    heard,
    pid: 1,
    synced: true,
    started: Promise.resolve(
      given.fault === undefined
        ? { type: 'listening', port: 8000 }
        : { type: 'not-started', code: 'PORT_TAKEN', message: given.fault },
    ),
    exited,
    tell(message) {
      heard.push(message);
      if (message.type === 'stop' && given.overstays !== true) die({ code: 0, signal: null });
    },
    ask: () => Promise.resolve(undefined),
    hangUp: () => undefined,
    kill: () => die({ code: null, signal: 'SIGKILL' }),
    die: (end = { code: null, signal: 'SIGSEGV' }) => die(end),
  };
}

function poolOf(given: { fault?: string; overstays?: boolean; second?: Hand } = {}): {
  pool: WorkerPool;
  forked: Hand[];
  lost: unknown[];
} {
  const forked: Hand[] = [];
  const lost: unknown[] = [];
  const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
  const pool = createWorkerPool({
    size: 2,
    fork(place) {
      const hand = place === 1 && given.second !== undefined ? given.second : createHand(place, given);
      forked.push(hand);
      return hand;
    },
    logger,
    now: () => 0,
    onGone: () => undefined,
    onLost: (error) => lost.push(error),
  });
  return { pool, forked, lost };
}

const LIMITS = { lingerMs: 0, timeoutMs: 0 };

describe('the worker pool of a gateway', () => {
  it('listens when all of them do', async () => {
    const { pool, forked } = poolOf();
    expect(await pool.start()).toEqual({ port: 8000 });
    expect(forked.map(({ place }) => place)).toEqual([0, 1]);
  });

  it('does not start when one of them cannot, for the reason that it gives', async () => {
    const { pool } = poolOf({ fault: 'Port 8000 is taken.' });
    await expect(pool.start()).rejects.toMatchObject({ code: 'PORT_TAKEN', message: 'Port 8000 is taken.' });
  });

  it('has the place of a dead worker taken by another', async () => {
    const { pool, forked } = poolOf();
    await pool.start();
    forked[1]?.die();
    await eventually(() => forked.length === 3);
    expect(forked[2]?.place).toBe(1);
    expect(pool.workers).toEqual([forked[0], forked[2]]);
  });

  it('has the place of one taken that dies while others still start', async () => {
    const late = createHand(1);
    let startLate: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (startLate = resolve)).then(() => late.started);
    const { pool, forked } = poolOf({ second: { ...late, started } });
    const start = pool.start();
    forked[0]?.die();
    await eventually(() => pool.workers.length === 1);
    startLate();
    await start;
    await eventually(() => forked.length === 3);
    expect(forked[2]?.place).toBe(0);
  });

  it('is lost when they die as fast as they are replaced', async () => {
    const { pool, forked, lost } = poolOf();
    await pool.start();
    for (let deaths = 1; deaths <= LOOP_DEATHS; deaths += 1) {
      forked.at(-1)?.die();
      await eventually(() => forked.length === 2 + deaths || lost.length > 0);
    }
    expect(lost).toEqual([expect.objectContaining({ code: 'WORKERS_CRASH' })]);
  });

  it('stops with all of them, and replaces none any more', async () => {
    const { pool, forked } = poolOf();
    await pool.start();
    await pool.stop(LIMITS);
    expect(forked.map(({ heard }) => heard)).toEqual([
      [{ type: 'stop', limits: LIMITS }],
      [{ type: 'stop', limits: LIMITS }],
    ]);
    expect(forked).toHaveLength(2);
    expect(pool.workers).toEqual([]);
  });

  it('does not wait for ever for one that overstays', async () => {
    const { pool } = poolOf({ overstays: true });
    await pool.start();
    await pool.stop(LIMITS);
    expect(pool.workers).toEqual([]);
  });
});
