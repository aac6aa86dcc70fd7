import { Agent } from 'node:https';
import { eventually } from '@rollcall/testing';
import { PATIENT } from '../../src/cluster';
import { startLoad } from '../../src/load';
import { startSecureCluster, type SecureCluster } from '../../src/secure-cluster';

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

describe('everything over TLS', () => {
  let cluster: SecureCluster;
  beforeEach(async () => {
    cluster = await startSecureCluster({ gateway: PATIENT });
  });
  afterEach(() => cluster.stop());

  test('a drain is acknowledged, and no request fails', async () => {
    const [leaving] = [await cluster.add('hello'), await cluster.add('hello')];
    const load = startLoad(() => greet(cluster, agent), { perSecond: 50 });
    await load.more(20);

    expect(await leaving.end('SIGTERM')).toBe(0);

    await load.more(50);
    expect((await load.stop()).failures).toEqual([]);
    expect(leaving.output()).toContain('drained: every caller has confirmed');
    expect(await cluster.listed('hello')).toHaveLength(1);
  });

  test('a certificate is renewed under load without a failed request', () => renewUnderLoad(cluster));
});

test.each([
  ['where workers carry it', { gateway: { ...PATIENT, GATEWAY_WORKERS: '2' } }],
  ['where everybody has to show one', { mutual: true, gateway: PATIENT }],
])('a certificate is renewed under load %s', async (_, options) => {
  const cluster = await startSecureCluster(options);
  await renewUnderLoad(cluster).finally(() => cluster.stop());
});

async function renewUnderLoad(cluster: SecureCluster): Promise<void> {
  await cluster.add('hello');
  const loads = [
    startLoad(() => greet(cluster), { perSecond: 25 }),
    startLoad(() => greet(cluster, agent), { perSecond: 25 }),
  ];
  const before = await greet(cluster);
  await Promise.all(loads.map((load) => load.more(20)));

  await cluster.pair.renew();
  for (const { pid } of [cluster.gateway, cluster.registry]) process.kill(pid, 'SIGHUP');
  const patience = { timeoutMs: 15_000 };
  await eventually(async () => (await greet(cluster)) !== before, patience);
  const registryShows = async () => (await cluster.ask(`${cluster.registry.url}/livez`)).certificate;
  await eventually(async () => (await registryShows()) !== before, patience);

  await Promise.all(loads.map((load) => load.more(50)));
  const reports = await Promise.all(loads.map((load) => load.stop()));
  expect(reports.map(({ failures }) => failures)).toEqual([[], []]);
}

/** One request through the gateway. @returns the certificate that it showed */
async function greet({ ask, gateway }: SecureCluster, kept?: Agent): Promise<string> {
  const { status, body, certificate } = await ask(`${gateway.url}/hello`, kept && { agent: kept });
  if (status !== 200) throw new Error(`${status}: ${body}`);
  return certificate;
}
