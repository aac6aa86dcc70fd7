import type { CatalogEvent, EventsResponse } from '@rollcall/contracts';
import { eventually, startFullListener, type FullListener } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer } from '../src/expect-answer';
import { startRawInstance, type RawInstance } from '../src/raw-instance';

const TTL_SECONDS = 6;

describe('a host that vanishes: nothing that is sent there is answered, and nothing is refused', () => {
  let cluster: Cluster;
  let host: FullListener;
  let instance: RawInstance;

  beforeEach(async () => {
    [cluster, host] = await Promise.all([startCluster(), startFullListener()]);
    instance = await startRawInstance(cluster.registryUrl, {
      service_name: 'remote',
      url: host.url,
      ttl_seconds: TTL_SECONDS,
    });
  });

  afterEach(async () => {
    instance.vanish();
    await host.close();
    await cluster.stop();
  });

  const events = async (): Promise<readonly CatalogEvent[]> => {
    const answer = await expectAnswer(`${cluster.registryUrl}/events?service=remote`, 200);
    return (answer as EventsResponse).events;
  };

  const untilGone = () =>
    eventually(async () => (await cluster.discover('remote')).length === 0, {
      timeoutMs: 30_000,
      everyMs: 50,
    });

  test('is off the list once its lease has ended and a probe found nobody, though its session never closed', async () => {
    const [{ last_heartbeat: heardAt } = { last_heartbeat: 0 }] = await cluster.discover('remote');

    await untilGone();

    const all = await events();
    expect(all.map(({ reason }) => reason)).toEqual(['registered as up', 'lease_ended']);
    expect(all.at(-1)?.at).toBeGreaterThanOrEqual((heardAt + TTL_SECONDS) * 1000);
  });

  test('is off the list before its lease ends, when its session breaks and two probes found nobody', async () => {
    instance.vanish();

    await untilGone();

    expect((await events()).map(({ reason }) => reason)).toEqual([
      'registered as up',
      'up → suspect: session_lost',
      'timed_out',
    ]);
  });
});
