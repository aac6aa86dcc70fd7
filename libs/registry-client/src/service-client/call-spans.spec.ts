/** @jest-environment node */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type ContextManager,
} from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { closedPort, timeScale } from '@rollcall/testing';
import { createFixedResolver } from '../testing';
import { createServiceClient } from './service-client';

/** How OpenTelemetry knows which span is current, as its own package for Node does it. */
function followContexts(): void {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, receiver, ...args) => storage.run(active, () => work.call(receiver, ...args)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
}

describe('a tracer of @opentelemetry/api', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('shop');
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers);
    response.writeHead(request.url === '/missing' ? 404 : 200).end('{}');
  });
  let url: string;

  beforeAll(async () => {
    followContexts();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(async () => {
    context.disable();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    exporter.reset();
    received.length = 0;
  });

  const clientOf = (...urls: readonly string[]) =>
    createServiceClient({
      resolver: createFixedResolver({ product: [...urls] }),
      serviceName: 'product',
      timeoutMs: 5000 * timeScale,
      tracer,
    });
  const refusing = async () => `http://127.0.0.1:${await closedPort()}`;
  const spansOf = (kind: SpanKind): readonly ReadableSpan[] =>
    exporter.getFinishedSpans().filter((span) => span.kind === kind);

  it('gets a span for a call, and below it one for each attempt, whose place goes to the instance', async () => {
    const client = clientOf(await refusing(), url);
    await tracer.startActiveSpan('GET /orders', { kind: SpanKind.SERVER }, async (request) => {
      // One of two calls in turn begins at the instance that refuses.
      await client.get('/products');
      await client.get('/products');
      request.end();
    });

    const [request] = spansOf(SpanKind.SERVER);
    const calls = spansOf(SpanKind.INTERNAL);
    expect(calls.map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual(
      [1, 2].map(() => ['call product', request?.spanContext().spanId]),
    );
    const attempts = spansOf(SpanKind.CLIENT);
    expect(attempts.map(({ status }) => status.code).sort()).toEqual([
      SpanStatusCode.UNSET,
      SpanStatusCode.UNSET,
      SpanStatusCode.ERROR,
    ]);
    const failed = attempts.find(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed?.attributes).toMatchObject({ 'error.type': 'refused' });
    expect(failed?.attributes).not.toHaveProperty('http.request.resend_count');
    const again = attempts.find(({ attributes }) => attributes['http.request.resend_count'] === 1);
    expect(again?.parentSpanContext?.spanId).toBe(failed?.parentSpanContext?.spanId);
    expect(again?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
    });
    const answered = attempts.filter(({ status }) => status.code === SpanStatusCode.UNSET);
    expect(received.map(({ traceparent }) => traceparent).sort()).toEqual(
      answered
        .map((span) => span.spanContext())
        .map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)
        .sort(),
    );
  });

  it('is told of a status from 400 on as an error of the attempt, as to a client it is', async () => {
    await clientOf(url).get('/missing', { validateStatus: () => true });
    expect(spansOf(SpanKind.CLIENT)).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'http.response.status_code': 404, 'error.type': '404' },
      },
    ]);
    expect(spansOf(SpanKind.INTERNAL)).toMatchObject([{ status: { code: SpanStatusCode.UNSET } }]);
  });

  it('is told when a call failed as a whole', async () => {
    await expect(clientOf(await refusing()).get('/products')).rejects.toThrow();
    expect(spansOf(SpanKind.INTERNAL)).toMatchObject([
      { status: { code: SpanStatusCode.ERROR }, attributes: { 'rollcall.service': 'product' } },
    ]);
    expect(spansOf(SpanKind.CLIENT)).toMatchObject([{ status: { code: SpanStatusCode.ERROR } }]);
  });

  it('that records nothing adds no header of its own', async () => {
    const client = createServiceClient({
      resolver: createFixedResolver({ product: [url] }),
      serviceName: 'product',
      timeoutMs: 5000 * timeScale,
      // Of a process where nobody has set up OpenTelemetry.
      tracer: trace.getTracer('shop'),
    });
    await client.get('/products');
    expect(received[0]).not.toHaveProperty('traceparent');
  });
});
