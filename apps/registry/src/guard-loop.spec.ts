import { createLogger } from '@rollcall/service-kit';
import { createFakeClock } from '@rollcall/testing';
import { createFailureLog } from './failure-log';
import { createGuardLoop } from './guard-loop';

const logger = createLogger({ service: 'registry', level: 'error', pretty: false });
logger.silent = true;

describe('the guard loop', () => {
  it('releases the services whose time is up, and tries again where that failed', async () => {
    const clock = createFakeClock();
    const overdue = new Set(['product', 'order']);
    const released: string[] = [];
    const loop = createGuardLoop({
      clock,
      logger,
      logFailure: createFailureLog(logger),
      overdue: () => [...overdue],
      release(serviceName) {
        released.push(serviceName);
        if (serviceName === 'order' && released.length < 3) return Promise.reject(new Error('store is away'));
        overdue.delete(serviceName);
        return Promise.resolve(['p-1']);
      },
    });
    loop.start();
    await clock.advance(3000);
    expect(released).toEqual(['product', 'order', 'order']);
    expect(overdue.size).toBe(0);
    await loop.stop();
  });

  it('is over once it has stopped, however often it is told to', async () => {
    const clock = createFakeClock();
    let looked = 0;
    const loop = createGuardLoop({
      clock,
      logger,
      logFailure: createFailureLog(logger),
      overdue: () => ((looked += 1), []),
      release: () => Promise.resolve([]),
    });
    loop.start();
    await loop.stop();
    await loop.stop();
    await clock.advance(10_000);
    expect(looked).toBe(0);
  });
});
