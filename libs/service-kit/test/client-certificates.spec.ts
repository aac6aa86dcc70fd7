import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import {
  askSecurely,
  createPrivateAuthority,
  type IssuedPair,
  type PrivateAuthority,
} from '@rollcall/testing/certificates';
import { createHttpServer, type HttpServer } from '../src/index';

let serving: PrivateAuthority;
let company: PrivateAuthority;
let another: PrivateAuthority;
let good: IssuedPair;
let foreign: IssuedPair;
let folder: string;
let server: HttpServer;
let url: string;
let served: number;
let failures: string[];
let authorityEvents: string[];

beforeAll(async () => {
  [serving, company, another] = await Promise.all([
    createPrivateAuthority('serving'),
    createPrivateAuthority('company'),
    createPrivateAuthority('another'),
  ]);
  good = await company.issue({ names: ['order'], uses: ['client'] });
  foreign = await another.issue({ names: ['order'], uses: ['client'] });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-clients-'));
  const { cert, key } = await serving.issue();
  await Promise.all([
    writeFile(join(folder, 'cert.pem'), cert),
    writeFile(join(folder, 'key.pem'), key),
    writeFile(join(folder, 'clients.pem'), company.ca),
  ]);
  served = 0;
  failures = [];
  authorityEvents = [];
});

afterEach(async () => {
  await server.stop(0);
  await rm(folder, { recursive: true });
});

async function start(isRequired: boolean): Promise<void> {
  server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    handler(_req, res) {
      served += 1;
      res.end('over TLS');
    },
    tls: {
      files: { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') },
      clients: {
        caFile: join(folder, 'clients.pem'),
        isRequired,
        onAuthority: ({ type }) => authorityEvents.push(type),
      },
      reloadEveryMs: 10,
      onCertificate: () => undefined,
      onHandshakeFailure: (reason) => failures.push(reason),
    },
  });
  const { port } = await server.start();
  url = `https://127.0.0.1:${port}/`;
}

const ask = (pair?: IssuedPair, agent?: Agent) =>
  askSecurely(url, { ca: serving.ca, pair, ...(agent && { agent }) });

async function replaceAuthority(pem: string): Promise<void> {
  await writeFile(join(folder, 'clients.new'), pem);
  await rename(join(folder, 'clients.new'), join(folder, 'clients.pem'));
}

const badOnes: readonly (readonly [string, () => Promise<IssuedPair>])[] = [
  ['signed by another authority', () => Promise.resolve(foreign)],
  [
    'signed by the authority of the server’s own',
    () => serving.issue({ names: ['order'], uses: ['client'] }),
  ],
  ['that has expired', () => company.issue({ uses: ['client'], expiresAt: new Date(1_600_000_000_000) })],
  ['that is for a server only', () => company.issue({ names: ['order'], uses: ['server'] })],
];

describe.each([
  ['required', true],
  ['optional', false],
])('a certificate that is %s', (_how, isRequired) => {
  it('is taken when the authority has signed it', async () => {
    await start(isRequired);
    expect(await ask(good)).toMatchObject({ status: 200, body: 'over TLS' });
    expect(failures).toEqual([]);
  });

  it.each(badOnes)('is refused when it is one %s', async (_what, issue) => {
    await start(isRequired);
    await expect(ask(await issue())).rejects.toThrow();
    await eventually(() => failures.length > 0);
    expect(failures).toEqual(['client_certificate']);
    expect(served).toBe(0);
    expect((await ask(good)).status).toBe(200);
  });

  it('is judged by the authorities that are in force, a session that was kept included', async () => {
    await start(isRequired);
    const agent = new Agent({ maxCachedSessions: 10 });
    expect((await ask(good, agent)).status).toBe(200);

    await replaceAuthority(another.ca);
    await eventually(() => authorityEvents.length > 0);
    expect(authorityEvents).toEqual(['loaded']);
    await expect(ask(good, agent)).rejects.toThrow();
    expect((await ask(foreign)).status).toBe(200);
    await eventually(() => failures.length > 0);
    expect(failures).toEqual(['client_certificate']);
    agent.destroy();
  });

  it('is judged by the authorities before when the new file is of no use', async () => {
    await start(isRequired);
    await replaceAuthority('nonsense');
    await eventually(() => authorityEvents.length > 0);
    expect(authorityEvents).toEqual(['refused']);
    expect((await ask(good)).status).toBe(200);
    await expect(ask(foreign)).rejects.toThrow();
  });

  it('is asked for as before once the server’s own was renewed, and no request fails meanwhile', async () => {
    await start(isRequired);
    const { cert, key } = await serving.issue();
    const before = (await ask(good)).certificate;
    await writeFile(join(folder, 'key.new'), key);
    await writeFile(join(folder, 'cert.new'), cert);
    await rename(join(folder, 'key.new'), join(folder, 'key.pem'));
    await rename(join(folder, 'cert.new'), join(folder, 'cert.pem'));
    await eventually(async () => (await ask(good)).certificate !== before);
    await expect(ask(foreign)).rejects.toThrow();
  });
});

it('is missing: nothing answers where it is required', async () => {
  await start(true);
  await expect(ask()).rejects.toThrow();
  await eventually(() => failures.length > 0);
  expect(failures).toEqual(['client_certificate']);
  expect(served).toBe(0);
});

it('is missing: the caller is served where it is optional', async () => {
  await start(false);
  expect((await ask()).status).toBe(200);
  expect(failures).toEqual([]);
});
