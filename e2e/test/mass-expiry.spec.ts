import type { GuardReleaseResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { explained } from '../src/explained';
import { startRawInstance, type RawInstance } from '../src/raw-instance';

describe('five of ten instances out of reach at once', () => {
  let cluster: Cluster;
  let instances: readonly RawInstance[];

  beforeEach(async () => {
    cluster = await startCluster();
    instances = await Promise.all(
      Array.from({ length: 10 }, (_, each) =>
        // A name that never resolves (RFC 6761): nobody refuses there, and nobody is there.
        startRawInstance(cluster.registryUrl, {
          service_name: 'remote',
          url: `http://remote-${each}.invalid`,
        }),
      ),
    );
    for (const instance of instances.slice(0, 5)) instance.vanish();
    await eventually(async () => (await remote()).guard?.held.length === 5, {
      timeoutMs: 15_000,
      everyMs: 50,
    });
  });

  afterEach(async () => {
    for (const instance of instances) instance.vanish();
    await cluster.stop();
  });

  const remote = () => explained(cluster.registryUrl, 'remote');

  test('stay on the list, get no traffic, and /explain says why', async () => {
    const { guard, instances: listed } = await remote();
    const vanished = new Set(instances.slice(0, 5).map(({ instanceId }) => instanceId));

    expect(listed).toHaveLength(10);
    expect(new Set(guard?.held)).toEqual(vanished);
    expect((guard?.until ?? 0) - (guard?.since ?? 0)).toBe(60);
    for (const { instance_id, held, status, traffic } of listed) {
      const isHeld = vanished.has(instance_id);
      expect([held, status, traffic.gets]).toEqual(isHeld ? [true, 'suspect', false] : [false, 'up', true]);
    }
    expect(await cluster.discover('remote')).toHaveLength(5);
  });

  test('are gone once they are released', async () => {
    const answer = await expectAnswer(
      `${cluster.registryUrl}/services/remote/guard/release`,
      200,
      json('POST', {}),
    );

    expect((answer as GuardReleaseResponse).released).toHaveLength(5);
    const { guard, instances: listed } = await remote();
    expect(guard).toBeNull();
    expect(listed).toHaveLength(5);
  });
});
