import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { eventually, timeScale } from '@rollcall/testing';
import { FLAG, FRAME, frame, hpack, uint32, type Frame } from '../support/raw-frames';
import { startRawH2cUpstream, type RawH2cUpstream } from '../support/raw-h2c-upstream';
import { beginning, openRawHttp2, requestFrame, type RawHttp2, type RawRequest } from '../support/raw-http2';
import { openRawConnection, type RawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

const PLACES = 5;
const IDLE_MS = String(400 * timeScale);
const CANCEL = uint32(8);
const PATIENT = { timeoutMs: 20_000 };
const INITIAL_WINDOW = 4;
const MOST = 2 ** 31 - 1;
const idOf = (n: number): number => 2 * n + 1;
const post = { method: 'POST', path: '/calls/it', flags: FLAG.endHeaders | FLAG.endStream };

describe('a caller that does not read its answers', () => {
  let running: RunningGateway;
  let calls: RawH2cUpstream;
  let upstream: RunningUpstream;
  let raw: RawHttp2 | undefined;
  let connection: RawConnection | undefined;

  beforeAll(async () => {
    running = await startGateway({
      IDLE_TIMEOUT_MS: IDLE_MS,
      MAX_CONNECTIONS: String(PLACES),
      ACCESS_LOG_RATIO: '1',
    });
    // Answers by half, and goes on only when it is told to.
    calls = await startRawH2cUpstream({
      onFrame({ type, stream }, socket) {
        if (type !== FRAME.headers) return;
        const fields = hpack(':status', '200', 'content-type', 'application/grpc');
        socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, fields));
        socket.write(frame(FRAME.data, 0, stream, 'half'));
      },
    });
    upstream = await startUpstream((_req, res) => res.end(Buffer.alloc(24_000_000)));
    running.registry.list({ service_name: 'long', url: upstream.url, routes: [{ path_prefix: '/long' }] });
    running.registry.list({
      service_name: 'calls',
      url: calls.url,
      protocol: 'h2c',
      routes: [{ path_prefix: '/calls' }],
    });
    await eventually(async () => (await running.upstreamCount()) === 2);
  });
  afterEach(() => {
    raw?.leave();
    connection?.socket.destroy();
  });
  afterAll(() => Promise.all([running.stop(), calls.stop(), upstream.stop()]));

  const metrics = async (): Promise<string> => (await fetch(`${running.adminUrl}/metrics`)).text();
  const of = ({ frames }: RawHttp2, kind: number): readonly Frame[] =>
    frames.filter(({ type }) => type === kind);

  /** As many requests as there are places, over a connection whose caller lets no body come. */
  async function fillPlaces(request: RawRequest): Promise<RawHttp2> {
    const caller = (raw = openRawHttp2(running.port, beginning(INITIAL_WINDOW, 0)));
    for (let n = 0; n < PLACES; n += 1) caller.send(requestFrame(idOf(n), request));
    await eventually(() => of(caller, FRAME.headers).length === PLACES);
    return caller;
  }

  it.each<readonly [string, RawRequest]>([
    ['the error of a path without a route', { path: '/nowhere' }],
    ['a path of the gateway itself', { path: '/livez' }],
    ['the error of a malformed head', { fields: ['x-bad', 'a\u0001b'] }],
    [
      'the rest of a gRPC call whose deadline has passed',
      { ...post, fields: ['content-type', 'application/grpc', 'grpc-timeout', '500m'] },
    ],
  ])('over HTTP/2, of %s: gives its places up', async (_name, request) => {
    const caller = await fillPlaces(request);
    await eventually(() => of(caller, FRAME.reset).length === PLACES, PATIENT);
    expect(of(caller, FRAME.reset).map(({ payload }) => payload)).toEqual(Array(PLACES).fill(CANCEL));
    caller.send(requestFrame(idOf(PLACES), { method: 'HEAD', path: '/livez' }));
    await caller.next(FRAME.headers, idOf(PLACES));
  });

  it('over HTTP/2, of anything: loses its connection, as not even RST_STREAM could be sent', async () => {
    connection = await openRawConnection(running.port);
    connection.socket.pause();
    connection.socket.write(
      Buffer.concat([
        beginning(INITIAL_WINDOW, MOST),
        frame(FRAME.windowUpdate, 0, 0, uint32(MOST - 65_535)),
        requestFrame(1, { path: '/long' }),
      ]),
    );
    await eventually(
      async () => /_sessions_ended_total\{.*reason="unresponsive".*\} 1/.test(await metrics()),
      PATIENT,
    );
    await eventually(async () => /_http2_streams\S* 0\n/.test(await metrics()), PATIENT);
    connection.socket.resume();
    await connection.closed;
  });

  it.each(['/nowhere', '/livez'])('over HTTP/1.1, of %s: loses its connection', async (path) => {
    const accepted: Socket[] = [];
    const onSocket = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !('socket' in message)) return;
      if (message.socket instanceof Socket) accepted.push(message.socket);
    };
    subscribe('net.server.socket', onSocket);
    const { socket, send } = (connection = await openRawConnection(running.port));
    socket.pause();
    send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`.repeat(40_000));
    const ours = await eventually(() => accepted.find(({ remotePort }) => remotePort === socket.localPort));
    unsubscribe('net.server.socket', onSocket);
    await eventually(() => ours.destroyed, PATIENT);
  });
});
