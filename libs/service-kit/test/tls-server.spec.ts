import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { eventually } from '@rollcall/testing';
import {
  createPrivateAuthority,
  type IssuedPair,
  type PrivateAuthority,
} from '@rollcall/testing/certificates';
import { createHttpServer, type HttpServer } from '../src/index';
import type { ServerTls } from '../src/tls/tls-front';

let authority: PrivateAuthority;
let folder: string;
let server: HttpServer;
let port: number;
let events: string[];
let failures: string[];
let refused: string[];
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  authority = await createPrivateAuthority();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-tls-'));
  events = [];
  failures = [];
  refused = [];
  write(await authority.issue());
  await start();
});
afterEach(async () => {
  await server.stop(0);
  await rm(folder, { recursive: true });
});
afterAll(() => agent.destroy());

async function start(more: Partial<ServerTls> = {}): Promise<void> {
  server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    onRefused: ({ error }) => refused.push(error.code),
    handler(req, res) {
      if (req.url === '/later') req.socket.once('end', () => setImmediate(() => res.end('over TLS')));
      else req.on('end', () => res.end('over TLS')).resume();
    },
    tls: {
      files: { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') },
      reloadEveryMs: 10,
      onCertificate: ({ type }) => events.push(type),
      onHandshakeFailure: (reason) => failures.push(reason),
      ...more,
    },
  });
  ({ port } = await server.start());
}

/** Both in one turn of the loop: between two turns the server would look, twice on a slow machine, and refuse the pair. */
function write({ cert, key }: IssuedPair): void {
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
}

function ask(options: RequestOptions = {}): Promise<{ body: string; certificate: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, ca: authority.ca, agent: false, ...options }, (res) => {
      let body = '';
      // The socket of an HTTPS request is a TLS socket.
      const { fingerprint256 } = (res.socket as TLSSocket).getPeerCertificate();
      res.setEncoding('utf8').on('data', (text: string) => (body += text));
      res.on('end', () => resolve({ body, certificate: fingerprint256, reused: asked.reusedSocket }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function handshake(options: ConnectionOptions & { allowHalfOpen?: boolean }): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: authority.ca, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

it('answers over TLS whoever trusts its authority', async () => {
  expect((await ask()).body).toBe('over TLS');
  await expect(ask({ ca: (await createPrivateAuthority('another')).ca })).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});

it('speaks HTTP/1.1 with those who can, and tells those who cannot before they ask', async () => {
  const socket = await handshake({ ALPNProtocols: ['h2', 'http/1.1'] });
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.destroy();
  await expect(handshake({ ALPNProtocols: ['h2'] })).rejects.toThrow('no application protocol');
  await eventually(() => failures.includes('nothing_in_common'));
});

it('speaks nothing older than TLS 1.2', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    (await handshake({ minVersion: version, maxVersion: version })).destroy();
  await expect(handshake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
  await eventually(() => failures.includes('nothing_in_common'));
});

it('closes a connection that speaks HTTP without TLS, and counts it as no request', async () => {
  const socket = connectTcp(port, '127.0.0.1').resume();
  socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  await once(socket, 'close');
  expect(failures).toEqual(['plain_http']);
  expect(refused).toEqual([]);
  expect((await ask()).body).toBe('over TLS');
});

it('answers a caller that has said all it has to say (close_notify)', async () => {
  const socket = await handshake({ allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.end('GET /later HTTP/1.1\r\nHost: here\r\n\r\n');
  await once(socket, 'close');
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*over TLS$/);
});

it('cuts whoever connects and does not get on with it', async () => {
  await server.stop(0);
  await start({ handshakeTimeoutMs: 50 });
  const socket = connectTcp(port, '127.0.0.1').resume();
  await once(socket, 'close');
  expect(failures).toEqual(['timed_out']);
});

it('does not wait at its end for whoever is still shaking hands', async () => {
  const socket = connectTcp(port, '127.0.0.1').resume();
  await once(socket, 'connect');
  // Connections are taken in the order in which they come: once this answer is there, the other one is held as well.
  await ask();
  await Promise.all([once(socket, 'close'), server.stop(60_000)]);
});

it('serves a renewed certificate to those who come, and leaves those alone who are there', async () => {
  const before = await ask({ agent });
  write(await authority.issue());
  const after = await eventually(async () => {
    const answer = await ask();
    return answer.certificate === before.certificate ? undefined : answer;
  });
  expect(after?.body).toBe('over TLS');
  expect(await ask({ agent })).toEqual({ ...before, reused: true });
  expect(events).toEqual(['loaded', 'loaded']);
});

it('does not let a ticket bring the old certificate back', async () => {
  const socket = connectTls({ host: '127.0.0.1', port, ca: authority.ca });
  const session = await new Promise<Buffer>((resolve) => socket.once('session', resolve));
  socket.destroy();
  const resumed = await handshake({ session });
  expect(resumed.isSessionReused()).toBe(true);
  resumed.destroy();

  write(await authority.issue());
  await eventually(() => events.length === 2);
  const anew = await handshake({ session });
  expect(anew.isSessionReused()).toBe(false);
  anew.destroy();
});

it('keeps the certificate that it has when the new one cannot be used', async () => {
  const before = await ask();
  await writeFile(join(folder, 'key.pem'), (await authority.issue()).key);
  await eventually(() => events.includes('refused'));
  expect(await ask()).toEqual(before);
});

it('does not start with files that cannot be used', async () => {
  await writeFile(join(folder, 'cert.pem'), '');
  await server.stop();
  await expect(start()).rejects.toMatchObject({ code: 'TLS_REFUSED' });
});
