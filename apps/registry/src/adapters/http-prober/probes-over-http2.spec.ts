import {
  constants,
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { createAddressGuard } from '@rollcall/address-guard';
import { eventually, startHangingServer, startRawServer, startResettingServer } from '@rollcall/testing';
import { createPrivateAuthority, type IssuedPair } from '@rollcall/testing/certificates';
import { startProbedInstance } from '../../../test/doubles/probed-instance';
import { createHttpProber } from './http-prober';

const guard = createAddressGuard({ forbidLoopback: false });
/** For whoever answers, however busy this machine is. */
const prober = createHttpProber({ guard, timeoutMs: 15_000 });
/** For whoever never does. */
const hasty = createHttpProber({ guard, timeoutMs: 1000 });
const never = new AbortController().signal;

const GRPC_HEALTH = '/grpc.health.v1.Health/Check';
const OK = { ':status': 200, 'content-type': 'application/grpc' };
const ME = { 'rollcall-instance': 'p-1/7' };
/** A `HealthCheckResponse` with one status, which is the first field. */
const message = (status: number): Buffer => Buffer.from([0, 0, 0, 0, 2, 0x08, status]);

const target = (url: string, healthPath = '/livez', protocol: 'h2c' | null = 'h2c') => ({
  registration: { url, healthPath, ...(protocol && { protocol }) },
  instanceId: 'p-1',
  epoch: 7,
});

interface Asked {
  readonly fields: IncomingHttpHeaders;
  body: string;
}
interface Instance {
  readonly url: string;
  readonly asked: readonly Asked[];
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  stop(): Promise<void>;
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function startInstance(
  answer: (stream: ServerHttp2Stream, session: ServerHttp2Session) => void,
  pair?: IssuedPair,
): Promise<Instance> {
  const asked: Asked[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = pair === undefined ? createServer() : createSecureServer({ ...pair });
  // A peer that does not trust us is what is being tested, not a fault.
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, fields) => {
    const one: Asked = { fields, body: '' };
    asked.push(one);
    stream.on('error', () => undefined).setEncoding('hex');
    stream.on('data', (hex: string) => (one.body += hex));
    const { session } = stream;
    if (session !== undefined) answer(stream, session as ServerHttp2Session);
  });
  const port = await listen(server);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopped ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.destroy();
    }));
  stops.push(stop);
  return { url: `${pair === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, asked, sessions, stop };
}

async function listen(server: { listen: Server['listen']; address: Server['address'] }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

/** Says these bytes as soon as it is connected to, and nothing more. */
async function startTalker(bytes: Buffer): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.write(bytes);
    stops.push(async () => socket.destroy());
  });
  const port = await listen(server);
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${port}`;
}

const frame = (type: number, payload = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from([0, 0, payload.length, type, 0, 0, 0, 0, 0]), payload]);
const SETTINGS = frame(4);

describe('a probe of an instance that is registered with h2c', () => {
  it.each([
    ['p-1/7', 'answered'],
    ['p-1/8', 'somebody_else'],
    ['p-2/7', 'somebody_else'],
    [undefined, 'anonymous'],
  ])('asks by HTTP/2: %s is %s', async (identity, outcome) => {
    const instance = await startInstance((stream) =>
      // Whatever its status says.
      stream.respond(
        { ':status': 503, ...(identity && { 'rollcall-instance': identity }) },
        { endStream: true },
      ),
    );
    expect(await prober.probe(target(`${instance.url}/base`, '/health?deep=1'), never)).toBe(outcome);
    expect(instance.asked.map(({ fields }) => [fields[':method'], fields[':path']])).toEqual([
      ['GET', '/base/health?deep=1'],
    ]);
    await eventually(() => instance.sessions.size === 0);
  });

  it('is answered by the head: the body may go on for as long as it likes', async () => {
    const instance = await startInstance((stream) => {
      stream.respond({ ':status': 200, ...ME });
      stream.write('…');
    });
    expect(await prober.probe(target(instance.url), never)).toBe('answered');
    await eventually(() => instance.sessions.size === 0);
  });

  it.each([
    ['speaks HTTP/1.1 alone', () => startRawServer('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
    ['takes connections and says nothing', startHangingServer],
    ['cuts every connection', startResettingServer],
  ])('finds one that %s silent', async (_what, start) => {
    const server = await start();
    stops.push(() => server.close());
    expect(await hasty.probe(target(server.url), never)).toBe('silent');
  });

  it.each([
    ['hangs after its SETTINGS', SETTINGS],
    ['leaves with GOAWAY before anything', Buffer.concat([SETTINGS, frame(7, Buffer.alloc(8))])],
    ['breaks the protocol', Buffer.concat([SETTINGS, frame(9)])],
    ['speaks HTTP/1.1 and stays', Buffer.from('HTTP/1.1 200 OK\r\nRollcall-Instance: p-1/7\r\n\r\n')],
  ])('finds one that %s silent', async (_what, bytes) => {
    expect(await hasty.probe(target(await startTalker(bytes)), never)).toBe('silent');
  });

  it('finds a server of HTTP/1.1 that is an instance of another protocol silent, and does not believe it', async () => {
    const instance = await startProbedInstance();
    stops.push(() => instance.die());
    instance.answerAs('p-1/7');
    expect(await hasty.probe(target(instance.url), never)).toBe('silent');
    expect(instance.asked).toEqual([]);
  });

  it('finds one that refuses every stream silent, and lets go of it', async () => {
    const instance = await startInstance((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    expect(await prober.probe(target(instance.url), never)).toBe('silent');
    await eventually(() => instance.sessions.size === 0);
  });

  it('looks again when the session ends, as that of a process that stops: the next connection is refused', async () => {
    const instance: Instance = await startInstance((_stream, session) => {
      session.goaway(constants.NGHTTP2_NO_ERROR, 0);
      void instance.stop();
    });
    expect(await prober.probe(target(instance.url), never)).toBe('refused');
  });

  it('finds nobody there once the process is gone', async () => {
    const instance = await startInstance(() => undefined);
    await instance.stop();
    expect(await prober.probe(target(instance.url), never)).toBe('refused');
  });

  it('is over when it is called off', async () => {
    const instance = await startInstance(() => undefined);
    const callOff = new AbortController();
    const outcome = prober.probe(target(instance.url), callOff.signal);
    await eventually(() => instance.asked.length === 1);
    callOff.abort();
    await outcome;
    await eventually(() => instance.sessions.size === 0);
  });
});

describe("a probe by gRPC's health check", () => {
  it.each([
    ['SERVING', 1],
    ['NOT_SERVING', 2],
    ['UNKNOWN', 0],
  ])('asks who it is, not how it is: %s', async (_status, code) => {
    const instance = await startInstance((stream) => {
      stream.respond({ ...OK, ...ME }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(message(code));
    });
    expect(await prober.probe(target(instance.url, GRPC_HEALTH), never)).toBe('answered');
    const [asked] = instance.asked;
    expect(asked?.fields).toMatchObject({
      ':method': 'POST',
      ':path': GRPC_HEALTH,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    // The answer may come before all of the question has been read.
    expect('0000000000'.startsWith(asked?.body ?? 'none')).toBe(true);
  });

  it('sends a whole message: no service, which is the server as such', async () => {
    const instance = await startInstance((stream) =>
      stream.once('end', () => stream.respond({ ...OK, ...ME, 'grpc-status': '0' }, { endStream: true })),
    );
    expect(await prober.probe(target(instance.url, GRPC_HEALTH), never)).toBe('answered');
    expect(instance.asked.map(({ body }) => body)).toEqual(['0000000000']);
  });

  it.each([
    ['NOT_FOUND, and says who it is', { 'grpc-status': '5', ...ME }, 'answered'],
    ['UNIMPLEMENTED, and does not say who it is', { 'grpc-status': '12' }, 'anonymous'],
    [
      'UNAVAILABLE, and is somebody else',
      { 'grpc-status': '14', 'rollcall-instance': 'p-2/1' },
      'somebody_else',
    ],
  ])('is answered by a head alone that says %s', async (_what, fields, outcome) => {
    const instance = await startInstance((stream) =>
      stream.respond({ ...OK, ...fields }, { endStream: true }),
    );
    expect(await prober.probe(target(instance.url, GRPC_HEALTH), never)).toBe(outcome);
  });

  it('is a GET where HTTP/1.1 is spoken', async () => {
    const instance = await startProbedInstance();
    stops.push(() => instance.die());
    instance.answerAs('p-1/7');
    expect(await prober.probe(target(instance.url, GRPC_HEALTH, null), never)).toBe('answered');
    expect(instance.asked).toEqual([GRPC_HEALTH]);
  });
});

describe('a probe over TLS, of a server that speaks only HTTP/2', () => {
  it('agrees on it by ALPN, by GET and by gRPC, and believes nobody before the certificate', async () => {
    const authority = await createPrivateAuthority();
    const answer = (stream: ServerHttp2Stream): void =>
      stream.respond({ ...OK, ...ME, 'grpc-status': '0' }, { endStream: true });
    const instance = await startInstance(answer, await authority.issue());
    const trusting = createHttpProber({ guard, ca: () => authority.ca, timeoutMs: 15_000 });
    const stranger = await createPrivateAuthority('another');
    const doubting = createHttpProber({ guard, ca: () => stranger.ca, timeoutMs: 15_000 });
    // TLS says what is spoken, whatever is registered.
    expect(await trusting.probe(target(instance.url, '/livez', null), never)).toBe('answered');
    expect(await trusting.probe(target(instance.url, GRPC_HEALTH), never)).toBe('answered');
    expect(await doubting.probe(target(instance.url), never)).toBe('unverified');
    expect(instance.asked.map(({ fields }) => [fields[':method'], fields[':path']])).toEqual([
      ['GET', '/livez'],
      ['POST', GRPC_HEALTH],
    ]);
  });
});
