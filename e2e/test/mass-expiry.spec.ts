import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GuardReleaseResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { explained } from '../src/explained';
import { startRawInstance, type RawInstance } from '../src/raw-instance';

const COMMAND = join(__dirname, '../../apps/cli/dist/main.js');

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

  const releaseByApi = () =>
    expectAnswer(`${cluster.registryUrl}/services/remote/guard/release`, 200, json('POST', {}));
  const releaseByCommand = async (): Promise<unknown> => {
    const args = [COMMAND, 'guard', 'release', 'remote', '--yes', '-o', 'json'];
    const env = { HOME: '/nonexistent', REGISTRY_URL: cluster.registryUrl };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return JSON.parse(stdout);
  };

  test.each([
    ['over the API', releaseByApi],
    ['by rollcall guard release', releaseByCommand],
  ])('are gone once they are released %s', async (_how, release) => {
    const vanished = instances.slice(0, 5).map(({ instanceId }) => instanceId);
    const { released } = (await release()) as GuardReleaseResponse;

    expect([...released].sort()).toEqual(vanished.sort());
    const { guard, instances: listed } = await remote();
    expect(guard).toBeNull();
    expect(listed).toHaveLength(5);
  });
});
