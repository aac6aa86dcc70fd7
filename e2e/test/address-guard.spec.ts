import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExplainResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json, request } from '../src/expect-answer';

/** One address in every way of writing it, and its kin. */
const FORBIDDEN = [
  'http://169.254.169.254',
  'http://2852039166',
  'http://0251.0376.0251.0376',
  'http://0xa9fea9fe',
  'http://0xA9.0xFE.0xA9.0xFE',
  'http://169.254.43518',
  'http://[::ffff:169.254.169.254]',
  'http://[::ffff:a9fe:a9fe]',
  'http://[64:ff9b::a9fe:a9fe]',
  'http://[fd00:ec2::254]',
  'http://metadata.google.internal',
  'http://METADATA.GOOGLE.INTERNAL.',
  'http://0.0.0.0:8080',
  'http://0:8080',
  'http://[::]:8080',
  'http://224.0.0.1',
  'http://[ff02::1]',
  'http://[fe80::1]',
  'http://169.254.0.7',
];

/** This machine, which a registry in production does not send anybody to. */
const LOOPBACK = [
  'http://127.0.0.1:8081',
  'http://127.1:8081',
  'http://2130706433:8081',
  'http://017700000001:8081',
  'http://0x7f000001:8081',
  'http://[::1]:8081',
  'http://[::ffff:127.0.0.1]:8081',
  'http://localhost:8081',
  'http://LOCALHOST.:8081',
];

async function startRegistry(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  const settings = { DATA_DIR: 'off', REGISTRY_AUTH: 'off', ...env };
  const registry = startApp({ app: 'registry', port: await freePort(), env: settings });
  await registry.ready();
  return registry;
}

async function register(registry: AppProcess, url: string): Promise<unknown> {
  const { status, json: body } = await request(
    `${registry.url}/register`,
    json('POST', { service_name: 'product', url }),
  );
  return { status, body: body() };
}

describe('a registry in production', () => {
  let registry: AppProcess;
  beforeAll(async () => {
    registry = await startRegistry({ NODE_ENV: 'production' });
  });
  afterAll(() => registry.end('SIGKILL'));

  test.each([...FORBIDDEN, ...LOOPBACK])('does not list %s', async (url) => {
    expect(await register(registry, url)).toMatchObject({
      status: 422,
      body: { code: 'ADDRESS_FORBIDDEN' },
    });
  });

  test.each(['http://user:secret@10.0.0.7', 'http://10.0.0.7/?a=b', 'http://10.0.0.7/#a', 'ftp://10.0.0.7'])(
    'takes %s for no address at all',
    async (url) => {
      expect(await register(registry, url)).toMatchObject({ status: 400 });
    },
  );

  test('has listed none of them', async () => {
    expect(await expectAnswer(`${registry.url}/services`, 200)).toMatchObject({ revision: 0, services: {} });
  });
});

describe('a registry that looks who is there', () => {
  let registry: AppProcess;
  const servers: Server[] = [];
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(async () => {
    await registry.end('SIGKILL');
    for (const server of servers) server.close().closeAllConnections();
  });

  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Only a server on a pipe has another kind of address.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('follows no redirect of an instance to where it must not go', async () => {
    let strays = 0;
    const elsewhere = await serve((_req, res) => {
      strays += 1;
      res.end();
    });
    let asked = 0;
    const url = await serve((_req, res) => {
      asked += 1;
      res.writeHead(302, { Location: elsewhere }).end();
    });
    expect(await register(registry, url)).toMatchObject({ status: 201 });

    await eventually(
      async () => {
        // The registry's answers are checked against their schema in its own specs.
        const explained = (await expectAnswer(`${registry.url}/explain/product`, 200)) as ExplainResponse;
        return explained.instances[0]?.last_probe?.outcome === 'anonymous';
      },
      { timeoutMs: 10_000, everyMs: 50 },
    );
    expect(asked).toBeGreaterThan(0);
    expect(strays).toBe(0);
  });
});
