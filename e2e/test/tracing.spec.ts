import {
  closedPort,
  eventually,
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
} from '@rollcall/testing';
import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { startRawInstance } from '../src/raw-instance';
import { linesOf, spansBelow, spansOf } from '../src/traces';
import { coffeeGrinder, espressoCup, orderOf } from '../src/shop';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER_SPAN = 'b7ad6b7169203331';

describe('traces', () => {
  let receiver: OtlpReceiver;
  let cluster: Cluster;
  let product: AppProcess;
  let order: AppProcess;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    cluster = await startCluster({
      registry: tracing(),
      gateway: tracing({ TRUSTED_PROXIES: '127.0.0.1/32' }),
    });
    product = await cluster.add('product', tracing({ NODE_ENV: 'production', SAMPLE_DATA: 'true' }));
    order = await cluster.add('order', tracing({ NODE_ENV: 'production', ALLOWED_CIDRS: '127.0.0.0/8' }));
    // One more instance of each that is listed, and refuses.
    for (const service of ['product', 'order'])
      await startRawInstance(cluster.registryUrl, {
        service_name: service,
        url: `http://127.0.0.1:${await closedPort()}`,
        ttl_seconds: 600,
      });
  });
  afterAll(async () => {
    await cluster?.stop();
    await receiver?.close();
  });

  const tracing = (more: Readonly<Record<string, string>> = {}) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...more,
  });
  let orders = 0;
  const below = (parent: ReceivedSpan) => spansBelow(receiver, parent);

  it('show an order, from its server through both attempts of its call to the query of product', async () => {
    const server = await orderUntil((spans) =>
      spans.some((span) => span.attributes['http.request.resend_count'] === 1),
    );

    const calls = below(server).filter(({ name }) => name === 'call product');
    expect(calls).toHaveLength(2);
    const attempts = calls.map(below);
    const repeated = attempts.find((each) => each.length === 2);
    expect(repeated).toMatchObject([
      { kind: 'client', name: 'GET', status: 'error', attributes: { 'error.type': 'refused' } },
      {
        kind: 'client',
        name: 'GET',
        status: 'unset',
        attributes: { 'http.response.status_code': 200, 'http.request.resend_count': 1 },
      },
    ]);
    expect(repeated?.[0]?.attributes).not.toHaveProperty('http.request.resend_count');

    const served = (repeated ?? []).flatMap(below);
    expect(served).toMatchObject([
      {
        service: 'product',
        kind: 'server',
        name: 'GET /products/:id',
        status: 'unset',
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/products/:id',
          'http.response.status_code': 200,
        },
      },
    ]);
    const queries = served.flatMap(below);
    expect(queries).toMatchObject([
      { service: 'product', kind: 'client', name: 'SELECT', attributes: { 'db.system.name': 'sqlite' } },
    ]);
    await eventually(() => linesOf(product, server.traceId).length >= 2);
    const [line] = await eventually(() => {
      const lines = linesOf(order, server.traceId);
      return lines.length > 0 && lines;
    });
    expect(line).toMatchObject({ event: 'http_request', span_id: server.spanId, trace_flags: '01' });
    expect(linesOf(product, server.traceId).map((each) => each['span_id'])).toContain(served[0]?.spanId);
    expect(String(queries[0]?.attributes['db.query.text'])).toMatch(
      /^select .* from "?products"? where .*\?/,
    );
  });

  it('never show heartbeats, sessions, watches, health or metrics', () => {
    const unwanted = /heartbeat|session|watch|livez|readyz|metrics|acks/;
    expect(
      receiver.spans.filter(({ name, attributes }) => unwanted.test(`${name} ${attributes['url.path']}`)),
    ).toEqual([]);
  });

  it('show registrations with the instance that they are of', async () => {
    const registered = await cluster.discover('order');
    const instance = registered.find(({ url }) => url === order.url);
    expect(instance).toBeDefined();
    const registration = await eventually(() =>
      receiver.spans.find(
        ({ service, name, attributes }) =>
          service === 'registry' &&
          name === 'POST /register' &&
          attributes['rollcall.instance.id'] === instance?.instance_id,
      ),
    );
    expect(registration).toMatchObject({
      kind: 'server',
      attributes: { 'http.response.status_code': 201, 'rollcall.service': 'order' },
    });
  });

  it('have the drain of an instance say who acknowledged it', async () => {
    const leaving = await cluster.add('product', tracing());
    await leaving.end('SIGTERM');
    const drain = await eventually(() =>
      receiver.spans.find(({ name }) => name === 'POST /instances/:id/drain'),
    );
    expect(drain).toMatchObject({
      service: 'registry',
      status: 'unset',
      attributes: { 'rollcall.service': 'product' },
    });
    expect(drain.attributes['rollcall.drain.acknowledged']).toBeGreaterThanOrEqual(drain.events.length);
    const acknowledged = drain.events.filter(({ name }) => name === 'acknowledged');
    expect(acknowledged).not.toEqual([]);
    for (const { attributes } of acknowledged)
      expect(attributes).toEqual({ 'rollcall.subscriber': expect.stringMatching(/./) });
  });

  it('leave out what a believed caller does not have recorded', async () => {
    const unsampled = TRACE_ID.replace('0af', '0bf');
    await expectAnswer(`${order.url}/orders`, 200, {
      headers: { traceparent: `00-${unsampled}-${CALLER_SPAN}-00` },
    });
    await orderUntil(() => true);
    expect(spansOf(receiver, unsampled)).toEqual([]);
  });

  /** The SERVER span of an order whose trace is as wanted; which instance comes first is the picker's to say. */
  async function orderUntil(wanted: (spans: readonly ReceivedSpan[]) => boolean): Promise<ReceivedSpan> {
    for (let tried = 0; tried < 10; tried += 1) {
      orders += 1;
      // Of its own: the spans of an earlier one with the same id would be taken for those that are waited for.
      const traceId = TRACE_ID.slice(0, -2) + String(orders).padStart(2, '0');
      await expectAnswer(`${order.url}/orders`, 201, {
        ...json('POST', orderOf(espressoCup.id, coffeeGrinder.id)),
        headers: { 'Content-Type': 'application/json', traceparent: `00-${traceId}-${CALLER_SPAN}-01` },
      });
      const server = await eventually(() =>
        spansOf(receiver, traceId).find(({ kind, service }) => kind === 'server' && service === 'order'),
      );
      expect(server).toMatchObject({
        name: 'POST /orders',
        parentSpanId: CALLER_SPAN,
        attributes: { 'http.response.status_code': 201, 'url.path': '/orders' },
      });
      await eventually(
        () =>
          spansOf(receiver, traceId).filter(({ kind, service }) => kind === 'server' && service === 'product')
            .length === 2,
      );
      if (wanted(spansOf(receiver, traceId))) return server;
    }
    throw new Error('no order had a trace as wanted');
  }
});
