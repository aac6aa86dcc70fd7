import { eventually, startOtlpReceiver, type OtlpReceiver, type ReceiverManner } from '@rollcall/testing';
import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { request } from '../src/expect-answer';
import { eventsOf, spanCount } from '../src/traces';

/** Spans that may wait. */
const QUEUE = 20;
/** Those of a request: itself, and its attempt at an instance. */
const SPANS = 2;

describe('a collector of the gateway’s spans', () => {
  let receiver: OtlpReceiver;
  let cluster: Cluster | undefined;
  beforeEach(async () => void (receiver = await startOtlpReceiver()));
  afterEach(async () => {
    await cluster?.stop();
    await receiver.close();
  });

  async function start(gateway: Readonly<Record<string, string>> = {}): Promise<void> {
    const started = await startCluster({
      gateway: {
        NODE_ENV: 'production',
        ALLOWED_CIDRS: '127.0.0.0/8',
        TRUSTED_PROXIES: '127.0.0.1/32',
        DRAIN_LINGER_MS: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
        OTEL_TRACES_SAMPLER_ARG: '1',
        OTEL_BSP_SCHEDULE_DELAY: '20',
        OTEL_BSP_MAX_QUEUE_SIZE: String(QUEUE),
        ...gateway,
      },
    });
    cluster = started;
    await started.add('hello');
    // Until every worker knows the route; a believed caller says that nothing of it is recorded.
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`, connection: 'close' };
    let inARow = 0;
    await eventually(async () => {
      const { status } = await request(`${started.gatewayUrl}/hello`, { headers });
      return (inARow = status === 200 ? inARow + 1 : 0) >= 10;
    });
  }
  const gatewayOf = (): AppProcess => {
    if (cluster === undefined) throw new Error('no gateway was started');
    return cluster.gateway();
  };
  /** Each is answered as without a collector: one that waited for it would wait for ten minutes. */
  async function ask(times: number): Promise<void> {
    for (let each = 0; each < times; each += 1)
      expect((await request(`${gatewayOf().url}/hello`)).status).toBe(200);
  }
  const lostAtTheEnd = (): number =>
    eventsOf(gatewayOf(), 'tracing_stopped').reduce((sum, line) => sum + Number(line['lost']), 0);

  it.each<ReceiverManner>([{ kind: 'refuse' }, { kind: 'hang' }])(
    'that is dead from the start costs spans beyond the queue, no request, and no time at the end: $kind',
    async (manner) => {
      await receiver.behave(manner);
      await start();
      await ask(50);
      await eventually(async () => (await spanCount(gatewayOf(), 'queue_full')) === 50 * SPANS - QUEUE);
      expect(await spanCount(gatewayOf(), 'exported')).toBe(0);

      // By itself an export would go on for ten minutes.
      expect(await gatewayOf().end('SIGTERM')).toBe(0);
      expect(lostAtTheEnd()).toBe(QUEUE);
      expect(receiver.spans).toEqual([]);
    },
  );

  it('that dies and comes back gets what is recorded then', async () => {
    await start({ OTEL_EXPORTER_OTLP_TIMEOUT: '2000' });
    let failed = 0;
    for (const manner of [{ kind: 'refuse' }, { kind: 'hang' }] as const) {
      const before = receiver.spans.length;
      await ask(3);
      await eventually(() => receiver.spans.length === before + 3 * SPANS);

      await receiver.behave(manner);
      await ask(3);
      failed += 3 * SPANS;
      await eventually(async () => (await spanCount(gatewayOf(), 'export_failed')) === failed, {
        timeoutMs: 30_000,
      });

      await receiver.behave({ kind: 'take' });
      await ask(3);
      await eventually(() => receiver.spans.length === before + 6 * SPANS);
    }
    // One line for each outage, and one for its end.
    await eventually(() => eventsOf(gatewayOf(), 'spans_exported_again').length === 2);
    expect(eventsOf(gatewayOf(), 'spans_exported_again')).toMatchObject([{ lost: 6 }, { lost: 6 }]);
    expect(eventsOf(gatewayOf(), 'spans_not_exported')).toHaveLength(2);
    expect(await spanCount(gatewayOf(), 'queue_full')).toBe(0);
  });

  it('that dies at the end does not hold up a gateway of two workers', async () => {
    await start({ GATEWAY_WORKERS: '2', OTEL_BSP_SCHEDULE_DELAY: '1000000' });
    await ask(3);
    await receiver.behave({ kind: 'hang' });
    await ask(2);
    expect(await gatewayOf().end('SIGTERM')).toBe(0);
    expect(lostAtTheEnd()).toBe(5 * SPANS);
  });

  it('gets what waits when the gateway ends', async () => {
    await start({ OTEL_BSP_SCHEDULE_DELAY: '1000000' });
    await ask(5);
    expect(receiver.spans).toEqual([]);
    expect(await gatewayOf().end('SIGTERM')).toBe(0);
    expect(receiver.spans).toHaveLength(5 * SPANS);
    // None was left when the second was over that this may take.
    expect(eventsOf(gatewayOf(), 'tracing_stopped')).toMatchObject([{ lost: 0 }]);
  });
});
