import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';

const TOLERANCE_MS = 1000;

describe('a lease', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  const post = (path: string, body: object, status: number) =>
    expectAnswer(`${cluster.registryUrl}${path}`, status, json('POST', body));

  /** Polls the catalog until the service has no instance any more; times in milliseconds after `since`. */
  const watchUntilGone = async (serviceName: string, since: number) => {
    let lastSeenMs = 0;
    await eventually(
      async () => {
        const listed = (await cluster.discover(serviceName)).length > 0;
        if (listed) lastSeenMs = performance.now() - since;
        return !listed;
      },
      { timeoutMs: 45_000, everyMs: 50 },
    );
    return { lastSeenMs, goneMs: performance.now() - since };
  };

  /** An instance that says no more than `beats` heartbeats, a second apart, and how long it was listed after that. */
  const fallSilent = async (body: { service_name: string; ttl_seconds?: number }, beats: number) => {
    const instance = { ...body, url: 'http://127.0.0.1:1' };
    await post('/register', instance, 201);
    for (let beat = 0; beat < beats; beat++) {
      await wait(1000);
      await post('/heartbeat', { service_name: instance.service_name, url: instance.url }, 200);
    }
    return watchUntilGone(instance.service_name, performance.now());
  };

  test('belongs to one instance, however often it registers', async () => {
    const twice = { service_name: 'twice', url: 'http://127.0.0.1:1' };

    await post('/register', twice, 201);
    await post('/register', twice, 200);

    expect(await cluster.discover('twice')).toHaveLength(1);
  });

  test('ends 30 seconds, or as long as it asked for, after the last heartbeat and not before', async () => {
    const [usual, brief, beating] = await Promise.all([
      fallSilent({ service_name: 'usual' }, 0),
      fallSilent({ service_name: 'brief', ttl_seconds: 5 }, 0),
      fallSilent({ service_name: 'beating', ttl_seconds: 5 }, 8),
    ]);

    for (const [{ lastSeenMs, goneMs }, ttlMs] of [
      [usual, 30_000],
      [brief, 5000],
      [beating, 5000],
    ] as const) {
      expect(lastSeenMs).toBeGreaterThan(ttlMs - TOLERANCE_MS);
      expect(goneMs).toBeLessThan(ttlMs + TOLERANCE_MS);
    }
  });

  test('that ended is answered with 404 at the next heartbeat, so that the instance registers again', async () => {
    const gone = { service_name: 'gone', url: 'http://127.0.0.1:1' };
    await fallSilent({ service_name: 'gone', ttl_seconds: 5 }, 0);

    expect(await post('/heartbeat', gone, 404)).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });

    await post('/register', gone, 201);
    expect(await cluster.discover('gone')).toHaveLength(1);
  });
});
