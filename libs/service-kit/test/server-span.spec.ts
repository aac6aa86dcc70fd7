import { createServer, request, type RequestOptions, type ServerResponse } from 'node:http';
import type { ReceivedSpan } from '@rollcall/testing';
import { startServerSpan } from '../src/tracing/server-span';
import { recordSpans } from './record-spans';

const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1 };

interface Served {
  readonly route?: string;
  readonly flags?: number;
  readonly answer?: (res: ServerResponse) => void;
  readonly ask?: RequestOptions;
}

/** The span of one request to a real server. */
async function spanOf({ route = '/a/:id', flags = 1, answer, ask = {} }: Served = {}): Promise<
  ReceivedSpan | undefined
> {
  const [span] = await recordSpans(async (tracer) => {
    let closed: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (closed = resolve));
    const server = createServer((req, res) => {
      startServerSpan(tracer, { req, res, path: '/a/1', trace: { ...trace, flags }, route: () => route });
      res.once('close', closed);
      if (answer === undefined) res.end();
      else answer(res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const asking = request({ host: '127.0.0.1', port, path: '/a/1?key=secret', agent: false, ...ask });
    // One that is cut off fails, and is meant to.
    asking.on('error', () => undefined).on('response', (response) => response.resume());
    asking.end();
    await over;
    await new Promise((resolve) => server.close(resolve));
  });
  return span;
}

describe('the span of a request that is served', () => {
  it('has the attributes of HTTP’s conventions, and no query', async () => {
    const span = await spanOf({ ask: { headers: { Host: 'shop.test:8080' } } });
    expect(span).toMatchObject({
      name: 'GET /a/:id',
      kind: 'server',
      status: 'unset',
      spanId: trace.spanId,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/a/:id',
        'http.response.status_code': 200,
        'url.path': '/a/1',
        'url.scheme': 'http',
        'server.address': 'shop.test',
        'server.port': 8080,
        'client.address': '127.0.0.1',
        'network.protocol.version': '1.1',
      },
    });
    expect(JSON.stringify(span)).not.toContain('secret');
  });

  it.each([
    ['[2001:db8::1]:81', { 'server.address': '2001:db8::1', 'server.port': 81 }],
    ['shop.test', { 'server.address': 'shop.test' }],
  ])('names the server of Host: %s', async (host, attributes) => {
    const span = await spanOf({ ask: { headers: { Host: host } } });
    expect(span?.attributes).toMatchObject(attributes);
  });

  it.each([
    [404, 'unset', undefined],
    [499, 'unset', undefined],
    [500, 'error', '500'],
    [503, 'error', '503'],
  ])('is with %d %s: a 4xx is the caller’s fault', async (status, spanStatus, errorType) => {
    const span = await spanOf({ answer: (res) => res.writeHead(status).end() });
    expect(span?.status).toBe(spanStatus);
    expect(span?.attributes['error.type']).toBe(errorType);
    expect(span?.attributes['http.response.status_code']).toBe(status);
  });

  it('is an error where the answer is cut off, and has no status then', async () => {
    const span = await spanOf({ answer: (res) => res.destroy() });
    expect(span).toMatchObject({ status: 'error', attributes: { 'error.type': 'client_disconnected' } });
    expect(span?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('says nothing of a route where none took the request', async () => {
    const span = await spanOf({ route: 'unmatched' });
    expect(span?.name).toBe('GET');
    expect(span?.attributes).not.toHaveProperty('http.route');
  });

  it('is called HTTP for a method that is not common, which is an attribute', async () => {
    const span = await spanOf({ ask: { method: 'PROPFIND' } });
    expect(span).toMatchObject({
      name: 'HTTP /a/:id',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    });
  });

  it('is not made for a request that is not sampled', async () => {
    expect(await spanOf({ flags: 0 })).toBeUndefined();
  });
});
