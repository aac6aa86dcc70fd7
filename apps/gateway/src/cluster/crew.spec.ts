import { createLogger } from '@rollcall/service-kit';
import { eventually } from '@rollcall/testing';
import { createCrew, type Crew } from './crew';
import type { Order } from './messages';
import { LOOP_DEATHS } from './replacement-policy';
import type { WorkerEnd, WorkerLink } from './worker-link';

interface Hand extends WorkerLink {
  readonly place: number;
  readonly heard: Order[];
  die(end?: WorkerEnd): void;
}

/** A worker that listens at once, or says why it does not; it ends when it is told to, unless it overstays. */
function createHand(place: number, given: { fault?: string; overstays?: boolean } = {}): Hand {
  const heard: Order[] = [];
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
    tell(order) {
      heard.push(order);
      if (order.type === 'stop' && given.overstays !== true) die({ code: 0, signal: null });
    },
    ask: () => Promise.resolve(undefined),
    hangUp: () => undefined,
    kill: () => die({ code: null, signal: 'SIGKILL' }),
    die: (end = { code: null, signal: 'SIGSEGV' }) => die(end),
  };
}

function crewOf(given: { fault?: string; overstays?: boolean } = {}): {
  crew: Crew;
  hired: Hand[];
  lost: unknown[];
} {
  const hired: Hand[] = [];
  const lost: unknown[] = [];
  const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
  const crew = createCrew({
    size: 2,
    hire(place) {
      const hand = createHand(place, given);
      hired.push(hand);
      return hand;
    },
    logger,
    now: () => 0,
    onGone: () => undefined,
    onLost: (error) => lost.push(error),
  });
  return { crew, hired, lost };
}

const LIMITS = { lingerMs: 0, timeoutMs: 0 };

describe('the crew of a gateway', () => {
  it('listens when all of them do', async () => {
    const { crew, hired } = crewOf();
    expect(await crew.start()).toEqual({ port: 8000 });
    expect(hired.map(({ place }) => place)).toEqual([0, 1]);
  });

  it('does not start when one of them cannot, for the reason that it gives', async () => {
    const { crew } = crewOf({ fault: 'Port 8000 is taken.' });
    await expect(crew.start()).rejects.toMatchObject({ code: 'PORT_TAKEN', message: 'Port 8000 is taken.' });
  });

  it('has the place of a dead worker taken by another', async () => {
    const { crew, hired } = crewOf();
    await crew.start();
    hired[1]?.die();
    await eventually(() => hired.length === 3);
    expect(hired[2]?.place).toBe(1);
    expect(crew.workers).toEqual([hired[0], hired[2]]);
  });

  it('is lost when they die as fast as they are replaced', async () => {
    const { crew, hired, lost } = crewOf();
    await crew.start();
    for (let deaths = 1; deaths <= LOOP_DEATHS; deaths += 1) {
      hired.at(-1)?.die();
      await eventually(() => hired.length === 2 + deaths || lost.length > 0);
    }
    expect(lost).toEqual([expect.objectContaining({ code: 'WORKERS_CRASH' })]);
  });

  it('stops with all of them, and replaces none any more', async () => {
    const { crew, hired } = crewOf();
    await crew.start();
    await crew.stop(LIMITS);
    expect(hired.map(({ heard }) => heard)).toEqual([
      [{ type: 'stop', limits: LIMITS }],
      [{ type: 'stop', limits: LIMITS }],
    ]);
    expect(hired).toHaveLength(2);
    expect(crew.workers).toEqual([]);
  });

  it('does not wait for ever for one that overstays', async () => {
    const { crew } = crewOf({ overstays: true });
    await crew.start();
    await crew.stop(LIMITS);
    expect(crew.workers).toEqual([]);
  });
});
