import { X509Certificate } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import type { DiscoverResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { rawRequest } from '../src/raw-request';
import { startRollcall, startWrapped } from '../src/rollcall-process';
import { startSecureCluster, type SecureCluster } from '../src/secure-cluster';
import { espressoCup, orderOf } from '../src/shop';

const GREETING = { message: 'Hello from the Service!' };

describe('everything over TLS', () => {
  let cluster: SecureCluster;
  beforeAll(async () => {
    cluster = await startSecureCluster();
  });
  afterAll(() => cluster.stop());

  test('a service registers, is routed to, and is noticed when it is killed', async () => {
    const services = await Promise.all(
      (['hello', 'product', 'order'] as const).map((name) => cluster.add(name)),
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

test.each([
  ['one process', 1, 1],
  // The primary process is registered, and each worker routes.
  ['two workers', 2, 3],
])(
  'a renewed REGISTRY_CA_FILE is logged once by each process (gateway of %s)',
  async (_, workers, processes) => {
    const [another, cluster] = await Promise.all([
      createKeyPairFolder(),
      startSecureCluster({
        registry: { HEARTBEAT_INTERVAL_SECONDS: '1' },
        gateway: { GATEWAY_WORKERS: String(workers) },
      }),
    ]);
    try {
      const order = await cluster.add('order');
      const count = (process: AppProcess, said: RegExp): number =>
        [...process.output().matchAll(said)].length;
      const renewals = () =>
        [cluster.gateway, order].map((process) => count(process, /(REGISTRY_CA_FILE|ca\.pem) has changed/g));
      const connections = () =>
        [cluster.gateway, order].map((process) => count(process, /following (the registry|services at)/g));

      const { authority, caFile } = cluster.pair;
      await writeFile(`${caFile}.new`, `${authority.ca}\n${another.authority.ca}`);
      await rename(`${caFile}.new`, caFile);
      await eventually(() => renewals().join() === [processes, 1].join(), { timeoutMs: 30_000 });

      // Whoever looks at the file only as it connects does so now.
      const before = connections();
      await cluster.restartRegistry();
      const areAnew = () => connections().every((times, at) => times >= 2 * (before[at] ?? NaN));
      await eventually(areAnew, { timeoutMs: 30_000 });
      expect(renewals()).toEqual([processes, 1]);
    } finally {
      await Promise.all([another.remove(), cluster.stop()]);
    }
  },
);

describe.each([
  ['one process', '1'],
  ['two workers', '2'],
])('every port requires a certificate of its callers (gateway of %s)', (_, workers) => {
  let cluster: SecureCluster;
  let hello: AppProcess;
  beforeAll(async () => {
    cluster = await startSecureCluster({ mutual: true, gateway: { GATEWAY_WORKERS: workers } });
    [hello] = await Promise.all([cluster.add('hello'), cluster.add('product'), cluster.add('order')]);
  });
  afterAll(() => cluster.stop());

  test('services register, are routed to, and call each other', async () => {
    const { ask, gateway } = cluster;
    expect((await ask(`${gateway.url}/hello`)).status).toBe(200);
    const headers = { 'content-type': 'application/json' };
    const order = { method: 'POST', headers, body: JSON.stringify(orderOf(espressoCup.id)) };
    expect((await ask(`${gateway.url}/orders`, order)).status).toBe(201);
  });

  test('the process that serves a request knows whose certificate the caller has shown', async () => {
    const { ask, gateway, pair } = cluster;
    const caller = await pair.authority.issue({ names: ['spiffe://shop/caller'], uses: ['client'] });
    expect((await ask(`${gateway.url}/hello`, { pair: caller })).status).toBe(200);
    await eventually(() => gateway.output().includes('client_certificate=spiffe://shop/caller'));
  });

  test('nothing answers a caller without one, nor with one of another authority', async () => {
    const another = await createKeyPairFolder();
    const foreign = await another.authority.issue({ uses: ['client'] });
    for (const { url } of [cluster.registry, cluster.gateway, hello]) {
      await expect(cluster.ask(`${url}/livez`, { pair: undefined })).rejects.toMatchObject({
        code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      });
      // Node has no alert for it: it closes the connection.
      await expect(cluster.ask(`${url}/livez`, { pair: foreign })).rejects.toMatchObject({
        code: 'ECONNRESET',
      });
    }
    await another.remove();
  });

  test('the registry asks the gateway, and the command shows what runs', async () => {
    const { registry, adminUrl, pair } = cluster;
    const env = { REGISTRY_URL: registry.url, GATEWAY_ADMIN_URL: adminUrl, REGISTRY_CA_FILE: pair.caFile };
    const shown = { REGISTRY_CERT_FILE: pair.certFile, REGISTRY_KEY_FILE: pair.keyFile };
    const command = async (args: readonly string[], settings: Readonly<Record<string, string>>) => {
      const started = startRollcall(args, settings);
      return { code: await started.exited, output: started.output() };
    };

    const listed = await command(['ls'], { ...env, ...shown });
    expect(listed).toMatchObject({ code: 0, output: expect.stringMatching(/hello.*\n.*order.*\n.*product/) });
    // By the stream that the gateway holds open to the registry.
    const [gateway] = (
      JSON.parse((await cluster.ask(`${registry.url}/discover/gateway`)).body) as DiscoverResponse
    ).instances;
    await eventually(async () => {
      const answer = await cluster.ask(`${registry.url}/gateways/${gateway?.instance_id}/upstreams`);
      return answer.status === 200 && answer.body.includes(hello.url);
    });
    const refused = await command(['ls'], env);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('REGISTRY_CERT_FILE');
    const another = await createKeyPairFolder({ uses: ['client'] });
    const foreign = { REGISTRY_CERT_FILE: another.certFile, REGISTRY_KEY_FILE: another.keyFile };
    expect((await command(['ls'], { ...env, ...foreign })).output).toContain('CLIENT_CA_FILE');
    await another.remove();

    const examined = await command(['doctor'], { ...env, ...shown });
    expect(examined).toMatchObject({
      code: 0,
      output: expect.not.stringContaining('certificate of its callers'),
    });
  });

  test('rollcall run shows one to the program that it runs, also once it is renewed', async () => {
    const { registry, pair } = cluster;
    const own = await createKeyPairFolder();
    const renew = async (): Promise<string> => {
      const { cert, key } = await pair.authority.issue({ uses: ['client'] });
      await Promise.all([writeFile(own.certFile, cert), writeFile(own.keyFile, key)]);
      return new X509Certificate(cert).serialNumber;
    };
    const first = await renew();
    const program = startWrapped(registry.url, {
      options: ['--tls', '--health', '/healthz', '--health-interval', '50ms'],
      env: {
        REGISTRY_CA_FILE: pair.caFile,
        REGISTRY_CERT_FILE: own.certFile,
        REGISTRY_KEY_FILE: own.keyFile,
        TLS_CERT_FILE: pair.certFile,
        TLS_KEY_FILE: pair.keyFile,
        CLIENT_CA_FILE: pair.caFile,
      },
    });
    try {
      await program.wrote(`asked by ${first}`);
      // The registry has probed it with a certificate too before it lists it.
      await eventually(async () => (await cluster.ask(`${registry.url}/discover/plain`)).status === 200, {
        timeoutMs: 30_000,
      });
      await program.wrote(`asked by ${await renew()}`);
      expect(program.output()).not.toContain('does not answer any more');
      expect(await program.end('SIGTERM')).toBe(3);
    } finally {
      await Promise.all([program.kill(), own.remove()]);
    }
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
