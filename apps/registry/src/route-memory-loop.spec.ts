import { createFakeClock, type FakeClock } from '@rollcall/testing';
import { createRecordingLogger } from '../test/doubles/recording-logger';
import type { StoreStatus } from './ports/catalog-store';
import { createRouteMemoryLoop } from './route-memory-loop';

const LEASE_MS = 30_000;

describe('paths that no instance announces', () => {
  let clock: FakeClock;
  let catalogId: string;
  let status: StoreStatus;
  let releases: number;
  let stop: () => Promise<void>;

  beforeEach(() => {
    clock = createFakeClock();
    catalogId = 'c1';
    status = 'writable';
    releases = 0;
    const { logger } = createRecordingLogger();
    const loop = createRouteMemoryLoop({
      clock,
      logger,
      logFailure: () => undefined,
      catalog: {
        get catalogId() {
          return catalogId;
        },
      },
      store: {
        get status() {
          return status;
        },
      },
      leaseMs: LEASE_MS,
      async release() {
        releases += 1;
        return { released: [], failures: new Map() };
      },
    });
    loop.start();
    ({ stop } = loop);
  });
  afterEach(() => stop());

  /** @returns whether any is released within a second from now on, which is looked for once a second */
  async function isReleased(): Promise<boolean> {
    releases = 0;
    await clock.advance(1000);
    return releases > 0;
  }

  it('are released once one lease has passed', async () => {
    await clock.advance(LEASE_MS - 1000);
    expect(releases).toBe(0);
    expect(await isReleased()).toBe(true);
  });

  it.each<[string, () => void]>([
    ['another catalog has taken the place of the former', () => (catalogId = 'c2')],
    ['the store refuses changes', () => (status = 'refusing')],
    ['the store is away', () => (status = 'detached')],
  ])('stay for one lease more once %s', async (_, happen) => {
    await clock.advance(10 * LEASE_MS);
    happen();
    expect(await isReleased()).toBe(false);
    status = 'writable';
    await clock.advance(LEASE_MS - 1000);
    expect(releases).toBe(0);
    expect(await isReleased()).toBe(true);
  });
});
