import {
  closedPort,
  eventually,
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
} from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json, request } from '../src/expect-answer';
import { startRawInstance } from '../src/raw-instance';
import { espressoCup, orderOf } from '../src/shop';

const CALLERS_SPAN = 'b7ad6b7169203331';

describe('the trace of an order through the gateway', () => {
  let receiver: OtlpReceiver;
  let cluster: Cluster;

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
    await cluster.add('product', { ...tracing, SAMPLE_DATA: 'on' });
    await cluster.add('order', tracing);
    await startRawInstance(cluster.registryUrl, {
      service_name: 'order',
      url: `http://127.0.0.1:${await closedPort()}`,
      ttl_seconds: 600,
      routes: [{ path_prefix: '/orders' }],
    });
  });
  afterAll(async () => {
    await cluster?.stop();
    await receiver?.close();
  });

  const below = ({ traceId, spanId }: ReceivedSpan): readonly ReceivedSpan[] =>
    receiver.spans
      .filter((span) => span.traceId === traceId && span.parentSpanId === spanId)
      .sort((one, other) => one.startedAt - other.startedAt);

  /** The gateway's own span of an order, which is asked for under a trace of its own. */
  async function order(number: number): Promise<ReceivedSpan> {
    const traceId = `0af7651916cd43dd8448eb211c8031${String(number).padStart(2, '0')}`;
    await request(`${cluster.gatewayUrl}/orders`, {
      ...json('POST', orderOf(espressoCup.id)),
      headers: { 'Content-Type': 'application/json', traceparent: `00-${traceId}-${CALLERS_SPAN}-01` },
    });
    return eventually(() =>
      receiver.spans.find(
        (span) => span.traceId === traceId && span.service === 'gateway' && span.kind === 'server',
      ),
    );
  }

  it('goes from the gateway, by an attempt that was refused and one that was answered, to the order and its product', async () => {
    let server = await order(10);
    // Which instance is asked first is the picker's affair, and what was refused is left out for a while.
    for (let number = 11; number < 60 && server.attributes['rollcall.attempts'] !== 2; number += 1)
      server = await order(number);

    expect(server).toMatchObject({
      name: 'POST /orders',
      parentSpanId: CALLERS_SPAN,
      status: 'unset',
      attributes: { 'http.response.status_code': 201, 'rollcall.attempts': 2 },
    });
    const [refused, answered] = await eventually(() => {
      const attempts = below(server);
      return attempts.length === 2 && attempts;
    });
    expect(refused).toMatchObject({
      kind: 'client',
      status: 'error',
      attributes: { 'error.type': 'refused' },
    });
    expect(answered).toMatchObject({
      kind: 'client',
      status: 'unset',
      attributes: { 'http.request.resend_count': 1, 'http.response.status_code': 201 },
    });
    const reached = await eventually(() => {
      const spans = receiver.spans.filter(
        ({ traceId, kind }) => traceId === server.traceId && kind === 'server',
      );
      return spans.length === 3 && spans;
    });
    const atOrder = reached.find(({ service }) => service === 'order');
    expect(atOrder?.parentSpanId).toBe(answered?.spanId);
    expect(reached.map(({ service }) => service).sort()).toEqual(['gateway', 'order', 'product']);
    await eventually(() => cluster.gateway().output().includes(`"span_id":"${server.spanId}"`));
  });

  it('is there when the gateway ends right after its answer', async () => {
    const traceId = '0af7651916cd43dd8448eb211c8031ff';
    await expectAnswer(`${cluster.gatewayUrl}/products`, 200, {
      headers: { traceparent: `00-${traceId}-${CALLERS_SPAN}-01` },
    });
    await cluster.gateway().end('SIGTERM');
    const recorded = receiver.spans.filter((span) => span.traceId === traceId && span.service === 'gateway');
    expect(recorded.map(({ kind }) => kind).sort()).toEqual(['client', 'server']);
  });
});
