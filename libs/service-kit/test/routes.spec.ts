import { once } from 'node:events';
import { connect } from 'node:net';
import {
  createBrowserGuard,
  createIsOwnHost,
  AppError,
  createHttpServer,
  createLogger,
  createMetrics,
  currentContext,
  readJson,
  serveRoutes,
  type HttpServer,
  type Route,
} from '../src/index';

const metrics = createMetrics({ service: 'spec', processMetrics: false });
let server: HttpServer;
let port: number;
let base: string;

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/things/:name',
    answer: ({ params, query }) => ({ status: 200, body: { ...params, ...query } }),
  },
  {
    method: 'POST',
    path: '/things',
    answer: async ({ req }) => ({ status: 201, body: await readJson(req) }),
  },
  { method: 'DELETE', path: '/things/:name', answer: () => Promise.resolve({ status: 204 }) },
  {
    method: 'GET',
    path: '/news',
    answer({ res }) {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.end('event: first\n\n');
      return undefined;
    },
  },
  {
    method: 'GET',
    path: '/context',
    answer: () => ({
      status: 200,
      body: { id: currentContext()?.requestId, trace: currentContext()?.trace.traceId },
    }),
  },
  { method: 'GET', path: '/broken', answer: () => Promise.reject(new Error('the password is hunter2')) },
  {
    method: 'GET',
    path: '/unspeakable',
    answer() {
      throw new AppError({ code: 'X', status: 409, message: 'x', headers: { 'X-Bad': 'two\nlines' } });
    },
  },
];

beforeAll(async () => {
  const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
  logger.silent = true;
  const handler = serveRoutes({
    routes,
    logger,
    metrics,
    guard: createBrowserGuard(createIsOwnHost(['x', 'somebody'])),
    otherwise: (_req, res) => void res.writeHead(404).end('not ours'),
  });
  server = createHttpServer({ handler, host: '127.0.0.1', port: 0 });
  ({ port } = await server.start());
  base = `http://127.0.0.1:${port}`;
});
afterAll(() => server.stop());

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/things`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** What is answered to bytes that no HTTP client would send. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return answer;
}

describe('routes without a framework', () => {
  it('answer with what they return', async () => {
    const response = await fetch(`${base}/things/a%20b?deep=1&tag=x&tag=y`);
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
    ]).toEqual([200, 'application/json; charset=utf-8', 'no-store']);
    expect(await response.json()).toEqual({ name: 'a b', deep: '1', tag: ['x', 'y'] });
    expect((await fetch(`${base}/things/a`, { method: 'DELETE' })).status).toBe(204);
  });

  it('leave the body out for a HEAD, and keep its length', async () => {
    const response = await fetch(`${base}/things/abc`, { method: 'HEAD' });
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['14', '']);
  });

  it('may take the response over', async () => {
    expect(await (await fetch(`${base}/news`)).text()).toBe('event: first\n\n');
  });

  it('are found by the absolute form of a target, too', async () => {
    expect(await raw(`GET http://somebody/things/abc?x=1 HTTP/1.1\r\nHost: somebody\r\n\r\n`)).toContain(
      '{"name":"abc","x":"1"}',
    );
  });

  it('leave everything else to others', async () => {
    expect(await (await fetch(`${base}/nowhere`)).text()).toBe('not ours');
  });

  it('say which methods a path has', async () => {
    const response = await fetch(`${base}/things/a`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD']);
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it('answer 400 for a parameter that cannot be decoded', async () => {
    const response = await fetch(`${base}/things/%ff`);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    ]);
  });

  it('keep an unforeseen error’s message inside and give the request id to ask about', async () => {
    const response = await fetch(`${base}/broken`, { headers: { 'x-request-id': 'r-1' } });
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'INTERNAL_ERROR', request_id: 'r-1' });
    expect(body).not.toContain('hunter2');
  });

  it('cut off an answer that cannot be written, and go on', async () => {
    await expect(fetch(`${base}/unspeakable`)).rejects.toThrow();
    expect((await fetch(`${base}/things/a`)).status).toBe(200);
  });

  it('follow the caller’s request id and trace', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { 'x-request-id': 'r-2', traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const response = await fetch(`${base}/context`, { headers });
    expect(await response.json()).toEqual({ id: 'r-2', trace: traceId });
    expect(response.headers.get('x-request-id')).toBe('r-2');
  });

  it('are counted by their templates', async () => {
    await fetch(`${base}/things/one`);
    const text = await metrics.registry.metrics();
    expect(text).toContain('http_route="/things/:name"');
    expect(text).not.toContain('/things/one');
  });
});

describe('a JSON body', () => {
  it.each([
    ['with a byte order mark', '\uFEFF{"a":1}', {}, { a: 1 }],
    ['of a type that ends in +json', '[1]', { 'content-type': 'application/merge-patch+json' }, [1]],
    ['in UTF-8, said so', '{"a":"é"}', { 'content-type': 'application/json; charset="UTF-8"' }, { a: 'é' }],
    ['not packed, said so', '{}', { 'content-encoding': 'identity' }, {}],
    ['of no length', '', {}, {}],
  ])('%s is read', async (_what, body, headers: Record<string, string>, expected) => {
    const response = await post(body, headers);
    expect([response.status, await response.json()]).toEqual([201, expected]);
  });

  it('in several chunks is read as one', async () => {
    const answer = await raw(
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '5\r\n{"a":\r\n3\r\n"\u00e9\r\n2\r\n"}\r\n0\r\n\r\n',
    );
    expect(answer).toContain('{"a":"é"}');
  });

  it.each([
    ['packed', 'x', { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'in another character set',
      '{}',
      { 'content-type': 'application/json; charset=utf-16' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['of another type', '{}', { 'content-type': 'application/jsonp' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['that is a bare value', 'null', {}, 400, 'MALFORMED_JSON'],
    ['that ends too early', '{"a":', {}, 400, 'MALFORMED_JSON'],
    ['over the limit', `"${'x'.repeat(70_000)}"`, {}, 413, 'BODY_TOO_LARGE'],
  ])('%s is refused', async (_what, body, headers: Record<string, string>, status, code) => {
    const response = await post(body, headers);
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ code })]);
  });

  it('that goes over the limit without having said its length is refused, and not read to its end', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const answer = await raw(
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
        chunk.repeat(5),
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 .*\r\n(.*\r\n)*Connection: close\r\n/i);
  });

  it('that breaks off harms nobody', async () => {
    await raw(
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a"',
    );
    expect((await post('{}')).status).toBe(201);
  });
});
