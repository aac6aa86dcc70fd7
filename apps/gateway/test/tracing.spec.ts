import { closedPort, eventually } from '@rollcall/testing';
import { createRecordingTracer, type RecordedSpan, type RecordingTracer } from './support/recording-tracer';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const CALLERS_TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLERS_SPAN = 'b7ad6b7169203331';
const SAMPLED = { traceparent: `00-${CALLERS_TRACE}-${CALLERS_SPAN}-01` };
const UNSAMPLED = { traceparent: `00-${CALLERS_TRACE}-${CALLERS_SPAN}-00` };
const routes = [{ path_prefix: '/products' }];

describe('what a gateway records', () => {
  let tracer: RecordingTracer;
  let running: RunningGateway;
  let upstream: RunningUpstream;

  beforeEach(async () => {
    upstream = await startUpstream((req, res) => {
      res.statusCode = Number(/\d{3}$/.exec(req.url ?? '')?.[0] ?? 200);
      res.end('answer');
    });
  });
  afterEach(async () => {
    await running.stop();
    await upstream.stop();
    // What is begun and never ended is never sent.
    expect(tracer.open).toBe(0);
  });

  async function start(settings: Record<string, string> = {}, samplesRoots = true): Promise<void> {
    tracer = createRecordingTracer(samplesRoots);
    running = await startGateway({ ACCESS_LOG_RATIO: '1', ...settings }, { tracer });
  }
  async function serve(url: string): Promise<string> {
    const before = await running.upstreamCount();
    const { instance_id: id } = running.registry.list({ service_name: 'product', url, routes });
    await eventually(async () => (await running.upstreamCount()) > before);
    return id;
  }
  const ask = (path: string, headers: Record<string, string> = {}) => fetch(running.url + path, { headers });
  const below = ({ trace }: RecordedSpan): readonly RecordedSpan[] =>
    tracer.ended.filter(({ trace: { parentSpanId } }) => parentSpanId === trace.spanId);
  /** The span of the first request with this name, and what is below it. */
  async function traceOf(name: string): Promise<{ server: RecordedSpan; below: readonly RecordedSpan[] }> {
    const server = await eventually(() =>
      tracer.ended.find((span) => span.kind === 'server' && span.name === name),
    );
    await eventually(() => tracer.open === 0);
    return { server, below: below(server) };
  }
  /** What the log says of the traffic; of the admin port's requests there are lines too. */
  const accessLine = () =>
    eventually(() =>
      running.logged.find(({ event, peer }) => event === 'http_request' && peer !== undefined),
    );

  it('is one span a request and one an attempt, which the instance goes on with', async () => {
    await start();
    const id = await serve(upstream.url);
    await ask('/products/7?secret=1');
    const { server, below } = await traceOf('GET /products');
    const [attempt] = below;

    expect(server).toMatchObject({ name: 'GET /products', failed: false });
    expect(server.trace.parentSpanId).toBeUndefined();
    expect(server.attributes).toEqual({
      'http.request.method': 'GET',
      'url.path': '/products/7',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': running.port,
      'client.address': '127.0.0.1',
      'network.protocol.version': '1.1',
      'http.route': '/products',
      'http.response.status_code': 200,
      'rollcall.route.source': 'announced',
      'rollcall.attempts': 1,
    });
    expect(below).toHaveLength(1);
    expect(attempt).toMatchObject({ name: 'GET', kind: 'client', failed: false });
    expect(attempt?.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': upstream.port,
      'network.peer.address': '127.0.0.1',
      'http.response.status_code': 200,
      'rollcall.service': 'product',
      'rollcall.instance.id': id,
      'rollcall.picker': 'round_robin',
    });
    expect(upstream.requests[0]?.headers['traceparent']).toBe(
      `00-${server.trace.traceId}-${attempt?.trace.spanId ?? ''}-01`,
    );
    expect(await accessLine()).toMatchObject({
      trace_id: server.trace.traceId,
      span_id: server.trace.spanId,
      trace_flags: '01',
    });
  });

  it('has each further attempt beside the first, with its number and why it failed', async () => {
    await start();
    await serve(`http://127.0.0.1:${await closedPort()}`);
    await serve(upstream.url);
    // Whichever is asked first, one of two requests meets the closed port.
    for (const path of ['/products/one', '/products/two']) expect((await ask(path)).status).toBe(200);
    await eventually(
      () => tracer.ended.filter(({ kind }) => kind === 'server').length === 2 && tracer.open === 0,
    );
    const server = tracer.ended.find(({ attributes }) => attributes['rollcall.attempts'] === 2);
    expect(server).toMatchObject({ kind: 'server', failed: false });
    const [first, second] = server === undefined ? [] : below(server);
    expect(first).toMatchObject({ kind: 'client', failed: true, attributes: { 'error.type': 'refused' } });
    expect(first?.attributes).not.toHaveProperty('http.request.resend_count');
    expect(first?.attributes).not.toHaveProperty('http.response.status_code');
    expect(second).toMatchObject({
      kind: 'client',
      failed: false,
      attributes: { 'http.request.resend_count': 1, 'http.response.status_code': 200 },
    });
  });

  it.each([
    ['a fault of the caller', '/products/404', 404, false, undefined, '404'],
    ['a fault of the instance', '/products/500', 500, true, '500', '500'],
  ])('calls %s an error where it is one', async (_, path, status, ofServer, serverError, attemptError) => {
    await start();
    await serve(upstream.url);
    await ask(path);
    const { server, below } = await traceOf('GET /products');
    expect(server.failed).toBe(ofServer);
    expect(server.attributes['error.type']).toBe(serverError);
    expect(below).toMatchObject([
      { failed: true, attributes: { 'error.type': attemptError, 'http.response.status_code': status } },
    ]);
  });

  it("names what the gateway answers itself by the gateway's own code", async () => {
    await start();
    await serve(`http://127.0.0.1:${await closedPort()}`);
    expect((await ask('/products')).status).toBe(502);
    const { server } = await traceOf('GET /products');
    expect(server).toMatchObject({ failed: true, attributes: { 'http.response.status_code': 502 } });
    expect(server.attributes['error.type']).toMatch(/^[A-Z_]+$/);
    await ask('/nowhere');
    expect((await traceOf('GET')).server).toMatchObject({
      failed: false,
      attributes: { 'http.response.status_code': 404, 'rollcall.attempts': 0 },
    });
  });

  it('has the wait for an instance', async () => {
    await start();
    const { instance_id: id } = running.registry.list({ service_name: 'product', url: upstream.url, routes });
    await eventually(async () => (await running.upstreamCount()) === 1);
    running.registry.forget(id);
    await eventually(async () => (await running.upstreamCount()) === 0);
    const waiting = ask('/products');
    await eventually(async () =>
      (await (await fetch(`${running.adminUrl}/metrics`)).text()).match(/held_requests\{.*\} 1/),
    );
    running.registry.list({ service_name: 'product', url: upstream.url, routes });
    expect((await waiting).status).toBe(200);
    const { below } = await traceOf('GET /products');
    expect(below.map(({ name, kind, failed }) => [name, kind, failed])).toEqual([
      ['hold', 'internal', false],
      ['GET', 'client', false],
    ]);
    expect(below[0]?.attributes).toEqual({
      'rollcall.service': 'product',
      'rollcall.held_ms': expect.any(Number),
    });
  });

  it('is what a trusted caller wants to have recorded, below the span of that caller', async () => {
    await start({ TRUSTED_PROXIES: '127.0.0.1/32' }, false);
    await serve(upstream.url);
    await ask('/products/unsampled', UNSAMPLED);
    await ask('/products', SAMPLED);
    const { server, below } = await traceOf('GET /products');
    expect(server.trace).toMatchObject({ traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN });
    expect(server.trace.link).toBeUndefined();
    expect(below).toMatchObject([{ trace: { traceId: CALLERS_TRACE } }]);
    expect(tracer.ended.map(({ attributes }) => attributes['url.path'])).not.toContain('/products/unsampled');
    expect(upstream.requests[0]?.headers['traceparent']).toMatch(
      new RegExp(`^00-${CALLERS_TRACE}-\\w{16}-00$`),
    );
  });

  it('is not for strangers to decide: theirs begin a new trace, with a link to where they came from', async () => {
    await start();
    await serve(upstream.url);
    await ask('/products', SAMPLED);
    const { server } = await traceOf('GET /products');
    expect(server.trace.traceId).not.toBe(CALLERS_TRACE);
    expect(server.trace.parentSpanId).toBeUndefined();
    expect(server.trace.link).toEqual({ traceId: CALLERS_TRACE, spanId: CALLERS_SPAN });
  });

  it('is nothing of a request that is not sampled, whatever a stranger says, and instances are told so', async () => {
    await start({}, false);
    await serve(upstream.url);
    for (const headers of [{}, SAMPLED]) await ask('/products', headers);
    await running.stop();
    expect(tracer.ended).toEqual([]);
    for (const { headers } of upstream.requests) expect(headers['traceparent']).toMatch(/-00$/);
    expect(await accessLine()).toMatchObject({ trace_flags: '00' });
  });

  it('says when the instance broke its answer off', async () => {
    await start();
    const broken = await startUpstream((_req, res) => {
      res.writeHead(200, { 'Content-Length': '100' });
      res.write('half of it');
      setImmediate(() => res.destroy());
    });
    await serve(broken.url);
    await ask('/products')
      .then((answer) => answer.text())
      .catch(() => undefined);
    const { server, below } = await traceOf('GET /products');
    expect(server).toMatchObject({ failed: true, attributes: { 'error.type': 'cut' } });
    expect(below).toMatchObject([{ failed: true, attributes: { 'http.response.status_code': 200 } }]);
    await broken.stop();
  });

  it('says when the caller has gone', async () => {
    await start();
    const silent = await startUpstream(() => undefined);
    await serve(silent.url);
    const leaving = new AbortController();
    const asked = fetch(`${running.url}/products`, { signal: leaving.signal }).catch(() => undefined);
    await eventually(() => silent.requests.length === 1);
    leaving.abort();
    await asked;
    const { server, below } = await traceOf('GET /products');
    expect(server).toMatchObject({ failed: true, attributes: { 'error.type': 'client_disconnected' } });
    expect(server.attributes).not.toHaveProperty('http.response.status_code');
    expect(below).toMatchObject([{ failed: true, attributes: { 'error.type': 'aborted' } }]);
    await silent.stop();
  });

  it('has no name and no label that a caller can choose: a method that no standard knows is one of many', async () => {
    await start();
    await serve(upstream.url);
    await fetch(`${running.url}/products`, { method: 'PROPFIND' });
    const { server, below } = await traceOf('HTTP /products');
    for (const { attributes } of [server, ...below])
      expect(attributes).toMatchObject({
        'http.request.method': '_OTHER',
        'http.request.method_original': 'PROPFIND',
      });
  });

  it('is found from the durations of requests and attempts', async () => {
    await start();
    await serve(upstream.url);
    await ask('/products');
    const { server } = await traceOf('GET /products');
    const metrics = await fetch(`${running.adminUrl}/metrics`, {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    });
    const exemplified = (await metrics.text())
      .split('\n')
      .filter((text) => text.includes(` # {trace_id="${server.trace.traceId}"`));
    expect(exemplified.map((text) => text.slice(0, text.indexOf('{'))).sort()).toEqual([
      'http_client_request_duration_seconds_bucket',
      'http_server_request_duration_seconds_bucket',
    ]);
  });
});
