import type { EventsResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { vouchedFor } from '../src/explained';
import { startLateRelay, type LateRelay } from '../src/late-relay';

describe('a process that is killed and started again at its address', () => {
  let cluster: Cluster;
  let relay: LateRelay;
  let port: number;
  let processes: AppProcess[];

  beforeEach(async () => {
    processes = [];
    cluster = await startCluster({ registry: { HEARTBEAT_INTERVAL_SECONDS: '1' } });
    relay = await startLateRelay(cluster.registryUrl);
    port = await freePort();
  });

  afterEach(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    await relay.close();
    await cluster.stop();
  });

  async function startAt(registryUrl: string): Promise<AppProcess> {
    const env = { REGISTRY_URL: registryUrl, DATA_DIR: 'off' };
    const started = startApp({ app: 'hello', port, env });
    processes.push(started);
    await started.ready();
    return started;
  }

  /** The life that is listed, once it is another than the one given and its session stands. */
  const listedAfter = (earlier?: Instance): Promise<Instance> =>
    eventually(
      async () => {
        const [instance] = await cluster.discover('hello');
        return instance !== undefined && instance.epoch !== earlier?.epoch && (await isVouchedFor(instance))
          ? instance
          : undefined;
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );

  const isVouchedFor = async ({ url }: Instance): Promise<boolean> =>
    (await vouchedFor(cluster.registryUrl, 'hello')).includes(url);

  const reasons = async (): Promise<readonly string[]> => {
    const answer = await expectAnswer(`${cluster.registryUrl}/events?service=hello`, 200);
    return (answer as EventsResponse).events.map(({ reason }) => reason);
  };

  test('stays, when the end of its former session arrives late', async () => {
    const first = await startAt(relay.url);
    const former = await listedAfter();
    await first.end('SIGKILL');
    // The registry believes it to live still: nothing has told it of the end.
    await eventually(() => relay.kept > 0);
    expect(await cluster.discover('hello')).toMatchObject([{ epoch: former.epoch, status: 'up' }]);

    await startAt(cluster.registryUrl);
    const newer = await listedAfter(former);
    const before = await reasons();
    await relay.letGo();
    const { registryUrl } = cluster;
    const late = { instance_id: former.instance_id, epoch: former.epoch };
    await expectAnswer(`${registryUrl}/deregister`, 204, json('POST', late));

    // It has been heard from since then, more than once, and nothing has become of the late word.
    const letGoAt = Math.ceil(Date.now() / 1000);
    const later = await eventually(
      async () => {
        const [instance] = await cluster.discover('hello');
        return instance !== undefined && instance.last_heartbeat > letGoAt + 1 ? instance : undefined;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
    expect(later).toMatchObject({ epoch: newer.epoch, status: 'up', url: former.url });
    expect(await reasons()).toEqual(before);
    expect(before.join()).not.toContain('suspect');
  });
});
