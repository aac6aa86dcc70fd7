import { Agent } from 'node:https';
import { eventually } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { freePort, startApp } from '../../src/app-process';
import { startLoad } from '../../src/load';
import { rawRequest } from '../../src/raw-request';
import { startSecureCluster, type SecureCluster } from '../../src/secure-cluster';
import { espressoCup, orderOf } from '../../src/shop';

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

const GREETING = { message: 'Hello from the Service!' };

describe('everything over TLS', () => {
  let cluster: SecureCluster;
  beforeEach(async () => {
    cluster = await startSecureCluster();
  });
  afterEach(() => cluster.stop());

  test('a service registers, is routed to, and is noticed when it is killed', async () => {
    const services = await Promise.all(
      (['hello', 'product', 'order'] as const).map((name) => launched(cluster, name)),
    );
    const [hello] = services;
    expect(await cluster.listed('gateway')).toEqual([cluster.gateway.url]);

    const { status, body } = await cluster.ask(`${cluster.gateway.url}/hello`);
    expect([status, JSON.parse(body)]).toEqual([200, GREETING]);
    // Order finds product by name, and asks it over TLS.
    const headers = { 'content-type': 'application/json' };
    const order = { method: 'POST', headers, body: JSON.stringify(orderOf(espressoCup.id)) };
    expect((await cluster.ask(`${cluster.gateway.url}/orders`, order)).status).toBe(201);

    await hello?.end('SIGKILL');
    await eventually(async () => (await cluster.listed('hello')).length === 0, { timeoutMs: 5000 });
  });

  test('a drain is acknowledged, and no request fails', async () => {
    const [leaving] = [await launched(cluster, 'hello'), await launched(cluster, 'hello')];
    const load = startLoad(() => greet(cluster, agent), { perSecond: 50 });
    await load.more(20);

    expect(await leaving.end('SIGTERM')).toBe(0);

    await load.more(50);
    expect((await load.stop()).failures).toEqual([]);
    expect(leaving.output()).toContain('drained: every caller has confirmed');
    expect(await cluster.listed('hello')).toHaveLength(1);
  });

  test('a certificate is renewed under load without a failed request', () => renewUnderLoad(cluster));

  test('a service that does not trust the registry says what to mend, and serves all the same', async () => {
    const other = await createKeyPairFolder();
    const distrustful = await cluster.launch('hello', { REGISTRY_CA_FILE: other.caFile });
    await distrustful.ready();
    await eventually(() => distrustful.output().includes('REGISTRY_CA_FILE'), { timeoutMs: 15_000 });
    expect(await cluster.listed('hello')).toEqual([]);
    expect((await cluster.ask(`${distrustful.url}/hello`)).status).toBe(200);
    await other.remove();
  });

  test('HTTP without TLS gets no answer, and is counted', async () => {
    const asked = 'GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n';
    for (const { url } of [cluster.registry, cluster.gateway])
      expect(await rawRequest(url, asked)).not.toContain('HTTP/1.1');
    const metrics = [
      (await cluster.ask(`${cluster.registry.url}/metrics`)).body,
      await (await fetch(`${cluster.adminUrl}/metrics`)).text(),
    ];
    for (const text of metrics)
      expect(text).toMatch(/^tls_handshake_failures_total\{reason="plain_http".*\} 1$/m);
  });
});

test('an app does not start with a certificate and a key that do not fit, and says which files', async () => {
  const [one, other] = await Promise.all([createKeyPairFolder(), createKeyPairFolder()]);
  const env = { TLS_CERT_FILE: one.certFile, TLS_KEY_FILE: other.keyFile, LEASE_TTL_SECONDS: '1' };
  const registry = startApp({ app: 'registry', port: await freePort(), env });
  expect(await registry.exited).toBe(2);
  expect(registry.output()).toContain(`TLS_KEY_FILE: ${other.keyFile} is not the key of the certificate`);
  expect(registry.output()).toContain('LEASE_TTL_SECONDS');
  await Promise.all([one.remove(), other.remove()]);
});

test('a certificate is renewed under load where workers carry it', async () => {
  const cluster = await startSecureCluster({ gateway: { GATEWAY_WORKERS: '2' } });
  await renewUnderLoad(cluster).finally(() => cluster.stop());
});

async function renewUnderLoad(cluster: SecureCluster): Promise<void> {
  await launched(cluster, 'hello');
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

async function launched(cluster: SecureCluster, name: 'hello' | 'product' | 'order') {
  const service = await cluster.launch(name);
  await service.ready();
  await cluster.registered(service);
  return service;
}
