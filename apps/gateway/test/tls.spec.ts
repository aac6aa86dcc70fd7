import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import {
  askSecurely,
  createKeyPairFolder,
  startTlsTerminator,
  type KeyPairFolder,
} from '@rollcall/testing/certificates';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('a gateway with a certificate', () => {
  let pair: KeyPairFolder;
  let running: RunningGateway;
  let upstream: RunningUpstream;
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    pair = await createKeyPairFolder();
    upstream = await startUpstream((req, res) => res.end(JSON.stringify(req.headers)));
    running = await startGateway({ TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile });
    running.registry.list({
      service_name: 'product',
      url: upstream.url,
      routes: [{ path_prefix: '/products' }],
    });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterAll(async () => {
    agent.destroy();
    await Promise.all([running.stop(), upstream.stop()]);
    await pair.remove();
  });

  const ask = (path: string) =>
    askSecurely(`https://127.0.0.1:${running.port}${path}`, { ca: pair.authority.ca, agent });

  it('serves its routes over TLS, and tells instances so', async () => {
    const { status, body } = await ask('/products');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      'x-forwarded-proto': 'https',
      forwarded: expect.stringContaining('proto=https'),
    });
  });

  it('serves its own paths over TLS too', async () => {
    expect((await ask('/livez')).status).toBe(200);
  });

  it('closes what speaks HTTP without it, and counts that where operators look', async () => {
    const socket = connect(running.port, '127.0.0.1').resume();
    socket.write('GET /products HTTP/1.1\r\nHost: here\r\n\r\n');
    await once(socket, 'close');
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^tls_handshake_failures_total\{reason="plain_http".*\} 1$/m);
    expect(metrics).toMatch(/^tls_certificate_expiry_timestamp_seconds\{.*\} \d+$/m);
  });
});

describe('an instance behind TLS', () => {
  it.each([
    ['whose certificate the authority has signed', 'right', 200],
    ['whose certificate another authority has signed', 'wrong', 502],
    ['whose certificate nobody known has signed', undefined, 502],
  ])('%s', async (_what, trusted, status) => {
    const pair = await createKeyPairFolder();
    const other = await createKeyPairFolder();
    const upstream = await startUpstream();
    const door = await startTlsTerminator(upstream.url, await pair.authority.issue());
    const caFile = { right: pair.caFile, wrong: other.caFile }[trusted ?? ''];
    const running = await startGateway(caFile === undefined ? {} : { UPSTREAM_CA_FILE: caFile });
    running.registry.list({ service_name: 'product', url: door.url, routes: [{ path_prefix: '/products' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);

    expect((await fetch(`${running.url}/products`)).status).toBe(status);
    expect(upstream.requests).toHaveLength(status === 200 ? 1 : 0);
    await Promise.all([running.stop(), door.close(), upstream.stop(), pair.remove(), other.remove()]);
  });
});

describe('a gateway that asks for certificates, before instances that do', () => {
  it('lets nobody through without one, shows its own, and fails no request while all are renewed', async () => {
    const [front, company] = await Promise.all([createKeyPairFolder(), createKeyPairFolder()]);
    const uses = ['client'] as const;
    // A certificate of the gateway's towards instances, in files that are renewed.
    await company.renew({ names: ['gateway'], uses });
    const caller = await company.authority.issue({ names: ['shop'], uses });
    const upstream = await startUpstream((_req, res) => {
      res.setHeader('Connection', 'close');
      res.end('behind');
    });
    const door = await startTlsTerminator(upstream.url, await front.authority.issue(), {
      clientCa: company.authority.ca,
    });
    const running = await startGateway({
      TLS_CERT_FILE: front.certFile,
      TLS_KEY_FILE: front.keyFile,
      CLIENT_CA_FILE: company.caFile,
      UPSTREAM_CA_FILE: front.caFile,
      UPSTREAM_CERT_FILE: company.certFile,
      UPSTREAM_KEY_FILE: company.keyFile,
    });
    try {
      running.registry.list({
        service_name: 'product',
        url: door.url,
        routes: [{ path_prefix: '/products' }],
      });
      await eventually(async () => (await running.upstreamCount()) === 1);
      const url = `https://127.0.0.1:${running.port}/products`;
      const { ca } = front.authority;
      const ask = (pair = caller) => askSecurely(url, { ca, pair });

      for (const path of ['/products', '/livez', '/metrics', '/nothing'])
        await expect(askSecurely(`https://127.0.0.1:${running.port}${path}`, { ca })).rejects.toThrow();
      await expect(ask(await front.authority.issue({ uses }))).rejects.toThrow();
      expect(door.callers).toEqual([]);
      expect(await ask()).toMatchObject({ status: 200, body: 'behind' });
      expect(new Set(door.callers)).toEqual(new Set(['DNS:gateway']));
      // Four without one, and one of another authority.
      await eventually(async () => {
        const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
        return /^tls_handshake_failures_total\{reason="client_certificate".*\} 5$/m.test(metrics);
      });

      await company.renew({ names: ['renewed-gateway'], uses });
      await front.renew();
      process.emit('SIGHUP');
      await eventually(async () => {
        expect((await ask()).status).toBe(200);
        return door.callers.at(-1) === 'DNS:renewed-gateway';
      });
      const loaded = () => running.logged.filter(({ event }) => event === 'tls_certificate_loaded');
      await eventually(() => loaded().length === 4);
      const twice = ['TLS_CERT_FILE', 'TLS_CERT_FILE', 'UPSTREAM_CERT_FILE', 'UPSTREAM_CERT_FILE'];
      expect(
        loaded()
          .map(({ setting }) => setting)
          .sort(),
      ).toEqual(twice);
    } finally {
      await Promise.all([running.stop(), door.close(), upstream.stop(), front.remove(), company.remove()]);
    }
  });
});

describe('the authority of instances', () => {
  it('may be replaced while the gateway runs: new connections are verified against what SIGHUP finds', async () => {
    const [pair, other] = await Promise.all([createKeyPairFolder(), createKeyPairFolder()]);
    const upstream = await startUpstream((_req, res) => {
      // Each request has a connection of its own.
      res.setHeader('Connection', 'close');
      res.end();
    });
    const door = await startTlsTerminator(upstream.url, await pair.authority.issue());
    const caFile = join(dirname(other.caFile), 'followed.pem');
    await writeFile(caFile, other.authority.ca);
    const running = await startGateway({ UPSTREAM_CA_FILE: caFile });
    running.registry.list({ service_name: 'product', url: door.url, routes: [{ path_prefix: '/products' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
    const ask = async () => (await fetch(`${running.url}/products`)).status;
    const put = async (text: string) => {
      await writeFile(`${caFile}.new`, text);
      await rename(`${caFile}.new`, caFile);
      process.emit('SIGHUP');
    };
    const told = () =>
      running.logged.map(({ event }) => event).filter((event) => String(event).startsWith('tls_authority'));

    expect(await ask()).toBe(502);
    await put(pair.authority.ca);
    await eventually(async () => (await ask()) === 200);
    await put('nonsense');
    expect(await ask()).toBe(200);
    await put(other.authority.ca);
    // What was verified once is not let in by its session.
    expect(await ask()).toBe(502);
    expect(told()).toEqual(['tls_authority_loaded', 'tls_authority_refused', 'tls_authority_loaded']);
    await Promise.all([running.stop(), door.close(), upstream.stop()]);
    await Promise.all([pair.remove(), other.remove()]);
  });
});

it('has an admin port that speaks TLS wherever it is more than this machine’s', async () => {
  const pair = await createKeyPairFolder();
  const running = await startGateway(
    {
      TLS_CERT_FILE: pair.certFile,
      TLS_KEY_FILE: pair.keyFile,
      ADMIN_HOST: '0.0.0.0',
      ADMIN_TOKEN: 'a-token-of-some-length',
    },
    { synced: false },
  );
  const livez = `${running.adminUrl.replace('http:', 'https:')}/livez`;
  expect((await askSecurely(livez, { ca: pair.authority.ca })).status).toBe(200);
  await running.stop();
  await pair.remove();
});
