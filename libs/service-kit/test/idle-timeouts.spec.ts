import { once } from 'node:events';
import http, { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https, { Agent as SecureAgent } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, timeScale } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { createHttpServer } from '../src/index';
import { watchIdleTimeouts } from '../src/lifecycle/idle-timeouts';

const KEEP_ALIVE_MS = 300 * timeScale;
const TAKE_OVER_MS = 100 * timeScale;
const EVERY_MS = 50;

let server: Server;
/** The server's ends of its connections. */
let accepted: Socket[];

beforeEach(async () => {
  accepted = [];
  server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (_req, res) => res.end('ok'));
  watchIdleTimeouts(server, 'connection', { everyMs: EVERY_MS, takeOverMs: TAKE_OVER_MS });
  server.on('connection', (socket) => accepted.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Caller {
  readonly socket: Socket;
  answers(): number;
}

async function open(): Promise<Caller> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  await once(socket, 'connect');
  return { socket, answers: () => text.split('HTTP/1.1 200').length - 1 };
}

async function ask({ socket, answers }: Caller): Promise<void> {
  const before = answers();
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  await eventually(() => answers() === before + 1, { everyMs: 1 });
}

it('an idle connection is closed after the keep-alive time-out, and not before', async () => {
  const caller = await open();
  await ask(caller);
  const askedAt = performance.now();
  await ask(caller);

  await once(caller.socket, 'close');

  expect(performance.now() - askedAt).toBeGreaterThanOrEqual(KEEP_ALIVE_MS - 5);
});

it('a connection that is used is never closed', async () => {
  const caller = await open();
  const startedAt = performance.now();
  while (performance.now() - startedAt < 3 * KEEP_ALIVE_MS) {
    await ask(caller);
    await wait(KEEP_ALIVE_MS / 10);
  }
  expect(caller.socket.destroyed).toBe(false);
  caller.socket.destroy();
});

it('a request that comes in slowly as the time-out ends is received whole', async () => {
  const caller = await open();
  await ask(caller);
  await wait(KEEP_ALIVE_MS - TAKE_OVER_MS / 2);
  const head = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
  for (const byte of head) {
    caller.socket.write(byte);
    await wait(TAKE_OVER_MS / 10);
  }
  await eventually(() => caller.answers() === 2);
  caller.socket.destroy();
});

it('a time-out that is short, or has a listener, is what Node makes of it, and 0 is none', async () => {
  const caller = await open();
  const socket = await eventually(() => accepted[0]);
  let timeouts = 0;
  const onTimeout = (): void => void (timeouts += 1);
  socket.on('timeout', onTimeout);
  expect(socket.setTimeout(2 * TAKE_OVER_MS)).toBe(socket);
  socket.setTimeout(0);
  socket.setTimeout(2 * TAKE_OVER_MS, onTimeout);
  socket.setTimeout(0);
  socket.setTimeout(TAKE_OVER_MS);
  socket.setTimeout(0);

  await wait(2 * KEEP_ALIVE_MS);
  expect([timeouts, socket.destroyed]).toEqual([0, false]);

  socket.setTimeout(1);
  // Node's HTTP server closes it then.
  await once(caller.socket, 'close');
  expect(timeouts).toBe(2);
});

it.each(['http', 'https'])('a server of ours has no timer for a kept connection by %s', async (scheme) => {
  const pair = await createKeyPairFolder();
  const silent = { onCertificate: () => undefined, onHandshakeFailure: () => undefined };
  const served: ServerResponse[] = [];
  const own = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    handler: (_req, res) => void served.push(res.end('ok')),
    ...(scheme === 'https' && { tls: { files: pair, ...silent } }),
  });
  const { port } = await own.start();
  const agent = scheme === 'https' ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const { request } = scheme === 'https' ? https : http;
  try {
    const asked = request({ host: '127.0.0.1', port, agent, ca: pair.authority.ca }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.headers['keep-alive']).toBe('timeout=75');
    await once(response.resume(), 'end');
    // Node begins the keep-alive time-out when it has let go of the answer, and says it as `timeout` where it has a timer.
    await eventually(() => served[0]?.closed);
    expect(served[0]?.req.socket.timeout ?? 0).toBe(0);
  } finally {
    agent.destroy();
    await own.stop(0);
    await pair.remove();
  }
});
