import {
  connect,
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { FLAG, frame, FRAME, hpack, uint32 } from './support/raw-frames';
import { startRawH2cUpstream, type RawH2cUpstream } from './support/raw-h2c-upstream';
import { startGateway, type RunningGateway } from './support/start-gateway';

interface Ended {
  readonly from: unknown;
  readonly body: string;
  readonly status: unknown;
  readonly code: number;
}

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;
const GRPC = { 'content-type': 'application/grpc' };

describe('an answer that breaks off behind its head', () => {
  let running: RunningGateway;
  let calls: RawH2cUpstream;
  let client: ClientHttp2Session;
  /** What the instance does behind the head and what a spec has it send. */
  let then: (socket: Socket, stream: number) => void;
  let sends: string;

  beforeAll(async () => {
    running = await startGateway({ HTTP2: 'on', ACCESS_LOG_RATIO: '1' });
    calls = await startRawH2cUpstream({
      onFrame({ type, stream }, socket) {
        if (type !== FRAME.headers) return;
        const fields = hpack(':status', '200', 'content-type', 'application/grpc', 'x-from', 'instance');
        socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, fields));
        socket.write(frame(FRAME.data, 0, stream, sends), () => then(socket, stream));
      },
    });
    running.registry.list({
      service_name: 'calls',
      url: calls.url,
      protocol: 'h2c',
      routes: [{ path_prefix: '/calls' }],
    });
    await eventually(async () => (await running.upstreamCount()) === 1);
    client = connect(running.url);
    client.on('error', () => undefined);
  });
  afterAll(async () => {
    client.destroy();
    await running.stop();
    await calls.stop();
  });

  const dies = (socket: Socket): void => void socket.destroy();
  const ends = (socket: Socket): void => void socket.end();
  const resets =
    (code: number) =>
    (socket: Socket, stream: number): void =>
      void socket.write(frame(FRAME.reset, 0, stream, uint32(code)));
  const hangs = (): void => undefined;

  function call(fields: OutgoingHttpHeaders, { goesOn = false } = {}): Promise<Ended> {
    return new Promise((resolve) => {
      const stream = client.request({ ':method': 'POST', ':path': '/calls/one', te: 'trailers', ...fields });
      let head: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders = {};
      let body = '';
      stream.on('response', (given) => (head = given)).on('trailers', (given) => (trailers = given));
      stream.setEncoding('latin1').on('data', (part: string) => (body += part));
      stream.on('error', () => undefined);
      stream.once('close', () =>
        resolve({ from: head['x-from'], body, status: trailers['grpc-status'], code: stream.rstCode ?? 0 }),
      );
      if (goesOn) stream.write('call');
      else stream.end('call');
    });
  }

  describe.each(['message', ''])('and after %p', (message) => {
    beforeEach(() => {
      sends = message;
    });

    it.each([
      ['its instance dies', dies, {}, '14'],
      ['its instance closes the connection', ends, {}, '14'],
      ['its instance resets the stream', resets(NGHTTP2_INTERNAL_ERROR), {}, '14'],
      ['its instance cancels the stream', resets(NGHTTP2_CANCEL), {}, '14'],
      ['its deadline passes', hangs, { 'grpc-timeout': '300m' }, '4'],
    ])('ends a gRPC call with a status in its trailers when %s', async (why, how, fields, status) => {
      then = how;
      const requestId = `${why} ${message}`.replaceAll(' ', '-');
      const ended = await call({ ...GRPC, ...fields, 'x-request-id': requestId });
      expect(ended).toEqual({ from: 'instance', body: message, status, code: NGHTTP2_NO_ERROR });
      const line = await eventually(() => running.logged.find(({ request_id: id }) => id === requestId));
      expect(line).toMatchObject({ status: 200, grpc_status: Number(status) });
    });
  });

  const endsWell = (socket: Socket, stream: number): void => {
    const flags = FLAG.endHeaders | FLAG.endStream;
    socket.write(frame(FRAME.headers, flags, stream, hpack('grpc-status', '0')));
  };

  it.each([
    ['its instance dies', dies, '14'],
    ['its instance resets the stream', resets(NGHTTP2_INTERNAL_ERROR), '14'],
    ['its instance has ended it', endsWell, '0'],
  ])('gives a gRPC call that is still sending its status when %s', async (_why, how, status) => {
    then = how;
    sends = 'message';
    expect(await call(GRPC, { goesOn: true })).toEqual({
      from: 'instance',
      body: 'message',
      status,
      code: NGHTTP2_NO_ERROR,
    });
  });

  it.each([
    ['is none of gRPC', 'application/json', dies],
    ['is none of gRPC', 'application/json', ends],
    ['is none of gRPC', 'application/json', resets(NGHTTP2_CANCEL)],
    ['is of gRPC-Web, whose trailers are in the body', 'application/grpc-web+proto', dies],
  ])('is never taken for a whole one where the request %s (%s)', async (_what, type, how) => {
    then = how;
    sends = 'half';
    const ended = await call({ 'content-type': type });
    expect(ended).toEqual({
      from: 'instance',
      body: 'half',
      status: undefined,
      code: NGHTTP2_INTERNAL_ERROR,
    });
  });

  it('is never taken for a whole one by a caller of HTTP/1.1', async () => {
    then = dies;
    sends = 'half';
    const answer = await fetch(`${running.url}/calls/one`, { method: 'POST', body: 'x' });
    await expect(answer.text()).rejects.toThrow();
  });
});
