import { createLogger } from '@rollcall/service-kit';
import { createFakeClock } from '@rollcall/testing';
import { createFailureLog, type FailureLog } from './failure-log';
import { createLeaseLoop } from './lease-loop';

const logger = createLogger({ service: 'registry', level: 'error', pretty: false });
logger.silent = true;

const NO_FAILURES: ReadonlyMap<string, unknown> = new Map();

/** A loop over one lease. `ended` is when the loop looked for leases that have ended, milliseconds. */
function startLoop({
  lapseAt,
  end = () => Promise.resolve(NO_FAILURES),
  logFailure = createFailureLog(logger),
}: {
  lapseAt?: number;
  end?: () => Promise<ReadonlyMap<string, unknown>>;
  logFailure?: FailureLog;
}) {
  const clock = createFakeClock();
  const ended: number[] = [];
  const loop = createLeaseLoop({
    clock,
    logger,
    logFailure,
    heartbeatIntervalMs: 10_000,
    nextLapseAt: () => lapseAt,
    endLapsedLeases: () => {
      ended.push(clock.moment().now);
      return end();
    },
  });
  loop.start();
  return { clock, ended, loop };
}

describe('the lease loop', () => {
  it('looks at the very moment at which a lease ends', async () => {
    const { clock, ended } = startLoop({ lapseAt: 3456 });
    await clock.advance(3456);
    expect(ended.at(-1)).toBe(3456);
  });

  it('sleeps a second at most, so that a shorter lease granted meanwhile is seen in time', async () => {
    const { clock, ended } = startLoop({});
    await clock.advance(3000);
    expect(ended.length).toBeGreaterThanOrEqual(3);
  });

  it('does not spin on a lease that cannot be ended, and does not give up on it', async () => {
    const { clock, ended } = startLoop({ lapseAt: 0, end: () => Promise.reject(new Error('store is away')) });
    await clock.advance(5000);
    expect(ended.length).toBeGreaterThanOrEqual(4);
    expect(ended.length).toBeLessThanOrEqual(6);
  });

  it('says of which services the leases could not be ended, and does not spin on them', async () => {
    const error = new Error('refused');
    const logged: unknown[] = [];
    const { clock, ended } = startLoop({
      lapseAt: 0,
      end: () => Promise.resolve(new Map([['large', error]])),
      logFailure: (_message, fields) => logged.push(fields),
    });
    await clock.advance(5000);
    expect(logged[0]).toEqual({ event: 'lease_end_failed', service_name: 'large', error });
    expect(logged).toHaveLength(ended.length);
    expect(ended.length).toBeLessThanOrEqual(6);
  });

  it('never looks twice at the same time', async () => {
    let finish = (): void => undefined;
    const { clock, ended } = startLoop({
      end: () => new Promise((resolve) => (finish = () => resolve(NO_FAILURES))),
    });
    await clock.advance(5000);
    expect(ended).toHaveLength(1);
    finish();
    await clock.advance(5000);
    expect(ended).toHaveLength(2);
  });

  it("ends nobody's lease after the process was stopped, until the heartbeats of that time can have come", async () => {
    const { clock, ended } = startLoop({ lapseAt: 500 });
    await clock.advance(100);
    const before = ended.length;
    clock.stall(4000);
    await clock.advance(0);
    // Late by the stall less what it would have slept; that much is given back.
    await clock.advance(3000);
    expect(ended).toHaveLength(before);
    await clock.advance(1000);
    expect(ended.length).toBeGreaterThan(before);
  });

  it('is over once it has stopped, however often it is told to', async () => {
    const { clock, ended, loop } = startLoop({});
    await loop.stop();
    await loop.stop();
    await clock.advance(5000);
    expect(ended).toEqual([]);
  });
});
