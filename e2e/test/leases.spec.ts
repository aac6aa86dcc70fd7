import { setTimeout as wait } from 'node:timers/promises';
import type { EventsResponse } from '@rollcall/contracts';
import { eventually, timeScale } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';

/** How late a lease may end. */
const TOLERANCE_MS = 1000 * timeScale;

describe('a lease', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  const post = (path: string, body: object, status: number) =>
    expectAnswer(`${cluster.registryUrl}${path}`, status, json('POST', body));

  /** An instance that says no more than `beats` heartbeats, a second apart; when it was heard and evicted, epoch ms. */
  const fallSilent = async (body: { service_name: string; ttl_seconds?: number }, beats: number) => {
    const instance = { ...body, url: 'http://127.0.0.1:1' };
    await post('/register', instance, 201);
    for (let beat = 0; beat < beats; beat++) {
      await wait(1000);
      await post('/heartbeat', { service_name: instance.service_name, url: instance.url }, 200);
    }
    // By the clock of the registry, not by that of a spec which may be late itself: whole seconds here, rounded down.
    const [{ last_heartbeat: heardAt } = { last_heartbeat: NaN }] = await cluster.discover(body.service_name);
    await eventually(async () => (await cluster.discover(body.service_name)).length === 0, {
      timeoutMs: 45_000,
      everyMs: 50,
    });
    const answer = await expectAnswer(`${cluster.registryUrl}/events?service=${body.service_name}`, 200);
    const { events } = answer as EventsResponse;
    return { heardAt: heardAt * 1000, endedAt: events.at(-1)?.at ?? NaN };
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

    for (const [{ heardAt, endedAt }, ttlMs] of [
      [usual, 30_000],
      [brief, 5000],
      [beating, 5000],
    ] as const) {
      expect(endedAt - heardAt).toBeGreaterThanOrEqual(ttlMs);
      expect(endedAt - heardAt).toBeLessThan(ttlMs + 1000 + TOLERANCE_MS);
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
