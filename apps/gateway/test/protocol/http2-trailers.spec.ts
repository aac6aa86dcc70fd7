import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from '../support/start-h2c-upstream';

type Fields = Readonly<Record<string, unknown>>;

const GRPC = { 'content-type': 'application/grpc' };

describe('trailers from HTTP/2 to HTTP/2', () => {
  let running: RunningGateway;
  let instance: RunningH2cUpstream;
  let session: ClientHttp2Session;
  let answer: (stream: ServerHttp2Stream) => void;
  let seen: { fields: Fields; trailers: Fields };

  beforeAll(async () => {
    running = await startGateway();
    instance = await startH2cUpstream((stream, fields) => {
      seen = { fields, trailers: {} };
      stream.once('trailers', (trailers) => (seen = { fields, trailers }));
      stream.resume().once('end', () => answer(stream));
    });
    running.registry.list({
      service_name: 'p',
      url: instance.url,
      protocol: 'h2c',
      routes: [{ path_prefix: '/p' }],
    });
    await eventually(async () => (await running.upstreamCount()) === 1);
    session = connect(running.url);
  });
  afterAll(async () => {
    session.destroy();
    await Promise.all([running.stop(), instance.stop()]);
  });

  async function ask(given: Fields, trailers?: Readonly<Record<string, string>>) {
    const waitForTrailers = trailers !== undefined;
    const stream = session.request({ ':method': 'POST', ':path': '/p', ...given }, { waitForTrailers });
    if (trailers !== undefined) stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end('hello');
    let [head, behind, body]: [Fields, Fields, string] = [{}, {}, ''];
    stream.once('response', (fields) => (head = fields));
    stream.once('trailers', (fields) => (behind = fields));
    stream.setEncoding('latin1').on('data', (text: string) => (body += text));
    await once(stream, 'close');
    return { head, trailers: behind, body };
  }
  const answering = (fields: Fields, trailers: Readonly<Record<string, string>> | undefined) => {
    answer = (stream) => {
      stream.respond({ ':status': 200, ...fields }, { waitForTrailers: trailers !== undefined });
      if (trailers !== undefined) stream.once('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end('hello');
    };
  };

  it.each([
    ['of a gRPC call', GRPC, { ...GRPC, 'content-length': '5' }, { 'grpc-status': '0' }],
    ['that are announced', {}, { trailer: 'x-sum', 'content-length': '5' }, { 'x-sum': '42' }],
    ['without a length', {}, {}, { 'x-sum': '42' }],
  ])('reach the caller behind a body with a length: %s', async (_, request, fields, trailers) => {
    answering(fields, trailers);
    const { head, trailers: got, body } = await ask(request);
    expect(got).toMatchObject(trailers);
    expect([head['content-length'], body]).toEqual(['content-length' in fields ? '5' : undefined, 'hello']);
  });

  it.each([
    ['of a gRPC call', GRPC, { ...GRPC, 'content-length': '5' }],
    ['that were announced', {}, { trailer: 'x-sum', 'content-length': '5' }],
  ])('may be missing: %s', async (_, request, fields) => {
    answering(fields, undefined);
    const { head, trailers, body } = await ask(request);
    expect([head[':status'], trailers, body]).toEqual([200, {}, 'hello']);
  });

  it('reach the instance behind a body with a length, where they are announced', async () => {
    answering({}, undefined);
    const trailers = { 'x-sum': '42' };
    expect((await ask({ trailer: 'x-sum', 'content-length': '5' }, trailers)).body).toBe('hello');
    expect(seen).toMatchObject({ fields: { trailer: 'x-sum', 'content-length': '5' }, trailers });
  });
});
