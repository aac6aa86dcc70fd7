import { eventually } from '@rollcall/testing';
import { freePort, localUrl } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { explained } from '../src/explained';

describe('a service that announces an address at which nobody listens', () => {
  let cluster: Cluster;

  beforeEach(async () => {
    cluster = await startCluster({ registry: { HEARTBEAT_INTERVAL_SECONDS: '1' } });
  });

  afterEach(() => cluster.stop());

  test('is told so in its own log, and /explain tells everybody else', async () => {
    const announced = localUrl(await freePort());

    const service = await cluster.launch('hello', { ADVERTISE_URL: announced });

    await eventually(() => service.output().includes('the registry warns'), { timeoutMs: 30_000 });
    const line = service
      .output()
      .split('\n')
      .find((text) => text.includes('the registry warns'));
    expect(line).toContain(announced);
    const { instances } = await explained(cluster.registryUrl, 'hello');
    expect(instances).toMatchObject([{ url: announced, warnings: [expect.stringContaining(announced)] }]);
  });
});
