import {
  closedPort,
  eventually,
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
} from '@rollcall/testing';
import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json, request } from '../src/expect-answer';
import { startRawInstance } from '../src/raw-instance';
import { linesOf, spansBelow, spansOf } from '../src/traces';
import { coffeeGrinder, espressoCup, orderOf } from '../src/shop';

const CALLERS_SPAN = 'b7ad6b7169203331';
/** Which instance is asked first is the picker's decision: half of the trials are expected to be as wanted. */
const TRIALS = 40;

const REFUSED = { kind: 'client', status: 'error', attributes: { 'error.type': 'refused' } };
/** The second attempt, which was answered. */
const answered = (status: number) => ({
  kind: 'client',
  status: 'unset',
  attributes: { 'http.request.resend_count': 1, 'http.response.status_code': status },
});

describe('the trace of a request through the gateway', () => {
  let receiver: OtlpReceiver;
  let cluster: Cluster;
  let product: AppProcess;
  let order: AppProcess;
  let traces = 0;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    const tracing = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      NODE_ENV: 'production',
      ALLOWED_CIDRS: '127.0.0.0/8',
    };
    // Workers load what records spans while the primary tells them to begin.
    const gateway = {
      ...tracing,
      TRUSTED_PROXIES: '127.0.0.1/32',
      GATEWAY_WORKERS: '2',
      ACCESS_LOG_RATIO: '1',
    };
    cluster = await startCluster({ gateway });
    product = await cluster.add('product', { ...tracing, SAMPLE_DATA: 'on' });
    order = await cluster.add('order', tracing);
  });
  afterAll(async () => {
    await cluster?.stop();
    await receiver?.close();
  });

  const below = (parent: ReceivedSpan) => spansBelow(receiver, parent);

  /** Asks under a trace of its own, and resolves with the gateway's own span of it. */
  async function traced(path: string, status: number, init: RequestInit = {}): Promise<ReceivedSpan> {
    traces += 1;
    const traceId = `0af7651916cd43dd8448eb211c80${String(traces).padStart(4, '0')}`;
    await expectAnswer(`${cluster.gatewayUrl}${path}`, status, {
      ...init,
      headers: { 'Content-Type': 'application/json', traceparent: `00-${traceId}-${CALLERS_SPAN}-01` },
    });
    return eventually(() =>
      spansOf(receiver, traceId).find(({ service, kind }) => service === 'gateway' && kind === 'server'),
    );
  }
  const traceOfOrder = (status: number) =>
    traced('/orders', status, json('POST', orderOf(espressoCup.id, coffeeGrinder.id)));

  /** One more instance of order and one of product, that are listed and refuse connections. */
  async function listRefusing(): Promise<{ withdraw(): Promise<void> }> {
    const routes = { product: '/products', order: '/orders' };
    const instances = await Promise.all(
      Object.entries(routes).map(async ([service_name, path_prefix]) => {
        const { instanceId: instance_id } = await startRawInstance(cluster.registryUrl, {
          service_name,
          url: `http://127.0.0.1:${await closedPort()}`,
          ttl_seconds: 600,
          routes: [{ path_prefix }],
        });
        return { service_name, instance_id };
      }),
    );
    return {
      async withdraw() {
        for (const instance of instances)
          await expectAnswer(`${cluster.registryUrl}/deregister`, 204, json('POST', instance));
      },
    };
  }

  /** What order did for a request of the gateway's, once all that product did for it is there as well. */
  const reached = (server: ReceivedSpan) =>
    eventually(() => {
      const [atOrder] = below(server).flatMap(below);
      const calls = atOrder === undefined ? [] : below(atOrder).filter(({ name }) => name === 'call product');
      const attempts = calls.map(below);
      const queries = attempts.flat().flatMap(below).flatMap(below);
      return atOrder !== undefined && queries.length === 2 && { atOrder, attempts };
    });

  /** Instances that refused are left out for a while, by gateway and library alike: each trial has others. */
  async function untilRetried<T>(trial: () => Promise<T | undefined>): Promise<T> {
    for (let each = 0; each < TRIALS; each += 1) {
      const refusing = await listRefusing();
      const wanted = await trial();
      await refusing.withdraw();
      if (wanted !== undefined) return wanted;
    }
    throw new Error(`no request of ${TRIALS} was retried as wanted`);
  }

  it('goes from its two attempts at order to the two attempts of order’s call at product, and to the query', async () => {
    const { server, repeated } = await untilRetried(async () => {
      const server = await traceOfOrder(201);
      const repeated = (await reached(server)).attempts.find(({ length }) => length === 2);
      return server.attributes['rollcall.attempts'] === 2 && repeated !== undefined
        ? { server, repeated }
        : undefined;
    });

    expect(server).toMatchObject({
      name: 'POST /orders',
      parentSpanId: CALLERS_SPAN,
      status: 'unset',
      attributes: { 'http.response.status_code': 201 },
    });
    const attempts = below(server);
    expect(attempts).toMatchObject([
      { ...REFUSED, service: 'gateway' },
      { ...answered(201), service: 'gateway' },
    ]);
    expect(attempts[0]?.attributes).not.toHaveProperty('http.request.resend_count');

    // Each span is below the one that caused it, and nothing is below an attempt that was refused.
    const [atOrder, ...others] = attempts.flatMap(below);
    expect(others).toEqual([]);
    expect(atOrder).toMatchObject({
      service: 'order',
      kind: 'server',
      name: 'POST /orders',
      status: 'unset',
      parentSpanId: attempts[1]?.spanId,
      attributes: { 'http.response.status_code': 201 },
    });
    const callId = repeated[0]?.parentSpanId;
    expect(atOrder && below(atOrder).find(({ spanId }) => spanId === callId)).toMatchObject({
      service: 'order',
      kind: 'internal',
      name: 'call product',
      status: 'unset',
    });
    expect(repeated).toMatchObject([
      { ...REFUSED, service: 'order' },
      { ...answered(200), service: 'order', parentSpanId: callId },
    ]);
    expect(repeated[0]?.attributes).not.toHaveProperty('http.request.resend_count');
    const [atProduct, ...more] = repeated.flatMap(below);
    expect(more).toEqual([]);
    expect(atProduct).toMatchObject({
      service: 'product',
      kind: 'server',
      name: 'GET /products/:id',
      status: 'unset',
      parentSpanId: repeated[1]?.spanId,
    });
    expect(atProduct && below(atProduct)).toMatchObject([
      { service: 'product', kind: 'client', name: 'SELECT', status: 'unset' },
    ]);

    // Whoever has a line of the log finds the trace, and in it the span of that process.
    for (const [process, span] of [
      [cluster.gateway(), server],
      [order, atOrder],
      [product, atProduct],
    ] as const) {
      const line = await eventually(() =>
        linesOf(process, server.traceId).find(
          ({ event, span_id }) => event === 'http_request' && span_id === span?.spanId,
        ),
      );
      expect(line).toMatchObject({ trace_flags: '01' });
    }
  });

  it('is named by the metrics of gateway and order, of requests and of attempts', async () => {
    const { traceId } = await traceOfOrder(201);
    for (const { healthUrl } of [cluster.gateway(), order])
      for (const side of ['server', 'client'])
        await eventually(async () => {
          const { text } = await request(`${healthUrl}/metrics`, {
            headers: { Accept: 'application/openmetrics-text; version=1.0.0' },
          });
          const buckets = text.split('\n').filter((line) => line.startsWith(`http_${side}_request_duration`));
          return buckets.some((line) => line.includes(`# {trace_id="${traceId}"`));
        });
  });

  it('goes from its two attempts at product to the query', async () => {
    const server = await untilRetried(async () => {
      const span = await traced('/products', 200);
      return span.attributes['rollcall.attempts'] === 2 ? span : undefined;
    });
    const attempts = below(server);
    expect(attempts).toMatchObject([REFUSED, answered(200)]);
    const queries = await eventually(() => {
      const found = attempts.flatMap(below).flatMap(below);
      return found.length > 0 && found;
    });
    expect(attempts.flatMap(below)).toMatchObject([
      { service: 'product', kind: 'server', name: 'GET /products', parentSpanId: attempts[1]?.spanId },
    ]);
    expect(queries[0]).toMatchObject({ service: 'product', name: 'SELECT' });
  });

  it('shows by the statuses how far the fault of an instance of product went', async () => {
    await product.end('SIGTERM');
    const { withdraw } = await listRefusing();
    // Until order knows of the instance that refuses it has none to ask.
    const { server, atOrder, calls } = await eventually(async () => {
      const server = await traceOfOrder(503);
      const atOrder = await eventually(() => below(server).flatMap(below)[0]);
      const calls = below(atOrder).filter(({ name }) => name === 'call product');
      return calls.flatMap(below).length > 0 && { server, atOrder, calls };
    });
    await withdraw();
    expect(server).toMatchObject({ status: 'error', attributes: { 'http.response.status_code': 503 } });
    expect(below(server).at(-1)).toMatchObject({
      status: 'error',
      attributes: { 'http.response.status_code': 503, 'error.type': '503' },
    });
    expect(atOrder).toMatchObject({
      service: 'order',
      status: 'error',
      attributes: { 'http.response.status_code': 503 },
    });
    for (const call of calls) {
      expect(call.status).toBe('error');
      for (const attempt of below(call)) expect(attempt).toMatchObject(REFUSED);
    }
  });

  it('is there when the gateway ends right after its answer', async () => {
    const traceId = '0af7651916cd43dd8448eb211c8031ff';
    await expectAnswer(`${cluster.gatewayUrl}/orders`, 200, {
      headers: { traceparent: `00-${traceId}-${CALLERS_SPAN}-01` },
    });
    await cluster.gateway().end('SIGTERM');
    const recorded = spansOf(receiver, traceId).filter(({ service }) => service === 'gateway');
    expect(recorded.map(({ kind }) => kind).sort()).toEqual(['client', 'server']);
  });
});
