import type { EventsResponse, ExplainResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer } from '../src/expect-answer';

describe('two living processes with one ADVERTISE_URL', () => {
  let cluster: Cluster;
  let processes: AppProcess[];

  beforeEach(async () => {
    processes = [];
    cluster = await startCluster({ registry: { HEARTBEAT_INTERVAL_SECONDS: '1' } });
  });

  afterEach(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    await cluster.stop();
  });

  async function hello(port: number, advertised: string): Promise<AppProcess> {
    const env = { REGISTRY_URL: cluster.registryUrl, DATA_DIR: 'off', ADVERTISE_URL: advertised };
    const started = startApp({ app: 'hello', port, env });
    processes.push(started);
    await started.ready();
    return started;
  }

  const explained = async () =>
    (await expectAnswer(`${cluster.registryUrl}/explain/hello`, 200)) as ExplainResponse;
  const events = async () =>
    ((await expectAnswer(`${cluster.registryUrl}/events?service=hello`, 200)) as EventsResponse).events;

  test('the second backs off, says why, and takes over at once when the first has died', async () => {
    const [port, otherPort] = [await freePort(), await freePort()];
    const address = `http://127.0.0.1:${port}`;
    const first = await hello(port, address);
    await eventually(async () => (await explained()).instances[0]?.session === 'open', { timeoutMs: 15_000 });
    const holder = (await explained()).instances[0];
    const { length: before } = await events();

    const second = await hello(otherPort, address);
    // It asks at the pace of heartbeats: several times, and somebody is listed all the while.
    await eventually(
      async () => {
        expect((await explained()).instances).toMatchObject([{ instance_id: holder?.instance_id }]);
        return second.output().split('is taken').length > 3;
      },
      { timeoutMs: 30_000 },
    );
    expect(second.output()).toMatch(`living instance "${holder?.instance_id}"`);
    const added = (await events()).slice(before);
    expect(added.map(({ type }) => type)).toEqual(['address_taken']);
    expect((await explained()).instances[0]?.warnings).toEqual([expect.stringContaining('ADVERTISE_URL')]);

    await first.end('SIGKILL');
    await eventually(
      async () => {
        const [listed] = (await explained()).instances;
        return listed !== undefined && listed.instance_id !== holder?.instance_id;
      },
      { timeoutMs: 30_000 },
    );
  });
});
