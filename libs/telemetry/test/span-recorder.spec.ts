import {
  eventually,
  startFullListener,
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceiverManner,
  timeScale,
} from '@rollcall/testing';
import { createSpanRecorder, type SpanPlace, type SpanRecorder, type SpanRecorderOptions } from '../src';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const place: SpanPlace = { traceId: TRACE_ID, spanId: 'b7ad6b7169203331' };

describe('a recorder of spans', () => {
  let receiver: OtlpReceiver;
  let exports: { readonly spans: number; readonly error?: Error }[];
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    exports = [];
  });
  afterEach(() => receiver.close());

  const recorderWith = (options: Partial<SpanRecorderOptions> = {}): SpanRecorder => {
    // Of this test: a recorder of one before may still be at work.
    const own = exports;
    return createSpanRecorder({
      url: `${receiver.url}/v1/traces`,
      protocol: 'http/protobuf',
      headers: {},
      compression: 'none',
      timeoutMs: 200 * timeScale,
      ca: undefined,
      resource: { 'service.name': 'shop' },
      maxSpans: 100,
      delayMs: 10,
      onExport: (result) => own.push(result),
      ...options,
    });
  };
  const record = (recorder: SpanRecorder, name = 'GET'): void =>
    recorder.start(place, { name, kind: 'server' }).end();

  it.each([
    ['http/json', 'none', 'application/json', ''],
    ['http/json', 'gzip', 'application/json', 'gzip'],
    ['http/protobuf', 'none', 'application/x-protobuf', ''],
    ['http/protobuf', 'gzip', 'application/x-protobuf', 'gzip'],
  ] as const)(
    'exports by %s, compression %s',
    async (protocol, compression, contentType, contentEncoding) => {
      // Sent in time, however busy the machine is.
      const own = { timeoutMs: 30_000, headers: { 'x-tenant': 'one' } };
      const recorder = recorderWith({ protocol, compression, ...own });
      const span = recorder.start(
        { ...place, parentSpanId: '00f067aa0ba902b7', state: 'vendor=1' },
        {
          name: 'GET',
          kind: 'client',
          attributes: { 'server.port': 80, left_out: undefined },
          startedAt: 1_700_000_000_000,
        },
      );
      span.rename('GET /products');
      span.set({ 'http.route': '/products' });
      span.addEvent('acknowledged', { 'rollcall.subscriber': 'a' });
      span.fail('refused');
      span.end(1_700_000_001_000);

      await eventually(() => receiver.requests.length === 1);
      expect(receiver.requests).toMatchObject([
        { contentType, contentEncoding, headers: { 'x-tenant': 'one' } },
      ]);
      expect(receiver.spans).toEqual([
        {
          service: 'shop',
          resource: { 'service.name': 'shop' },
          ...{ traceId: TRACE_ID, spanId: place.spanId, parentSpanId: '00f067aa0ba902b7' },
          name: 'GET /products',
          kind: 'client',
          status: 'error',
          attributes: { 'server.port': 80, 'http.route': '/products', 'error.type': 'refused' },
          events: [{ name: 'acknowledged', attributes: { 'rollcall.subscriber': 'a' } }],
          links: [],
          startedAt: 1_700_000_000_000,
          endedAt: 1_700_000_001_000,
        },
      ]);
      await eventually(() => recorder.counts.exported === 1);
    },
  );

  it('links a trace that was begun anew to the caller’s', async () => {
    const link = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
    recorderWith()
      .start({ ...place, link }, { name: 'GET', kind: 'server' })
      .end();
    await eventually(() => receiver.spans.length === 1);
    expect(receiver.spans[0]).toMatchObject({ parentSpanId: undefined, links: [link] });
  });

  it('bounds what callers choose, in length and in number', async () => {
    const span = recorderWith().start(place, { name: 'n'.repeat(10_000), kind: 'server' });
    for (let each = 0; each < 1000; each += 1) {
      span.set({ [`key${each}`]: 'v'.repeat(10_000) });
      span.addEvent('e'.repeat(10_000), { value: 'v'.repeat(10_000) });
    }
    span.end();
    await eventually(() => receiver.spans.length === 1);
    const [received] = receiver.spans;
    expect(received?.name).toHaveLength(256);
    expect(
      Object.values(received?.attributes ?? {})
        .map(String)
        .map((value) => value.length),
    ).toEqual(Array.from({ length: 64 }, () => 512));
    expect(received?.events).toHaveLength(128);
    expect(received?.events[0]?.name).toHaveLength(256);
    expect(received?.events[0]?.attributes['value']).toHaveLength(512);
  });

  it.each<[string, ReceiverManner]>([
    ['refuses connections', { kind: 'refuse' }],
    ['resets them', { kind: 'reset' }],
    ['hangs', { kind: 'hang' }],
    ['answers with what is no HTTP', { kind: 'garbage' }],
    ['refuses', { kind: 'answer', status: 400, body: 'x'.repeat(100_000) }],
    ['asks to wait for longer than an export may take', { kind: 'answer', status: 429, retryAfter: '3600' }],
    ['is overloaded', { kind: 'answer', status: 503 }],
  ])('counts as failed what a collector does not take that %s, and goes on', async (_what, manner) => {
    await receiver.behave(manner);
    const recorder = recorderWith();
    record(recorder, 'lost');
    await eventually(() => recorder.counts.exportFailed === 1);
    expect(exports).toMatchObject([{ spans: 1, error: { message: expect.any(String) } }]);

    await receiver.behave({ kind: 'take' });
    record(recorder, 'taken');
    await eventually(() => recorder.counts.exported === 1);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['taken']);
  });

  // The status says taken, whatever becomes of the body: what matters is that the connection ends, and the next goes on.
  it.each<ReceiverManner>([{ kind: 'flood' }, { kind: 'drip' }])(
    'ends an answer without an end ($kind)',
    async (manner) => {
      await receiver.behave(manner);
      const recorder = recorderWith();
      record(recorder);
      await eventually(() => recorder.counts.exported + recorder.counts.exportFailed === 1);

      await receiver.behave({ kind: 'take' });
      record(recorder, 'taken');
      await eventually(() => receiver.spans.length === 1);
    },
  );

  it('sends again after as long as a collector asks for', async () => {
    await receiver.behave({ kind: 'answer', status: 429, retryAfter: '1' });
    const recorder = recorderWith({ timeoutMs: 30_000 });
    record(recorder);
    await eventually(() => receiver.requests.length === 1);
    await receiver.behave({ kind: 'take' });
    await eventually(() => recorder.counts.exported === 1);
    expect(receiver.spans).toHaveLength(1);
    expect(recorder.counts.exportFailed).toBe(0);
  });

  it('keeps no more than may wait while a collector hangs, those under way included, and counts the rest', async () => {
    await receiver.behave({ kind: 'hang' });
    const recorder = recorderWith({ maxSpans: 20, timeoutMs: 60_000 });
    record(recorder);
    await eventually(() => receiver.requests.length === 1);
    for (let each = 0; each < 1000; each += 1) record(recorder);
    expect(recorder.counts).toEqual({ exported: 0, queueFull: 981, exportFailed: 0 });

    // Cut off, the exporter sends again. A retry that nobody waited for would outlive the suite, and keep Jest.
    await receiver.behave({ kind: 'refuse' });
    await receiver.behave({ kind: 'take' });
    await eventually(() => recorder.counts.exported === 20);
    expect(receiver.spans).toHaveLength(20);
  });

  it('sends what waits when it stops', async () => {
    const recorder = recorderWith({ delayMs: 1_000_000 });
    for (let each = 0; each < 60; each += 1) record(recorder);
    expect(await recorder.stop(10_000)).toBe(0);
    expect(receiver.spans).toHaveLength(60);
  });

  it.each(['hangs', 'takes no connection'])('stops without a collector that %s', async (what) => {
    const full = await startFullListener();
    await receiver.behave({ kind: 'hang' });
    const url = what === 'hangs' ? `${receiver.url}/v1/traces` : `${full.url}/v1/traces`;
    const recorder = recorderWith({ url, timeoutMs: 1000, delayMs: 1_000_000 });
    record(recorder);
    expect(await recorder.stop(20)).toBe(1);
    expect(recorder.counts).toEqual({ exported: 0, queueFull: 0, exportFailed: 0 });
    await full.close();
    await eventually(() => recorder.counts.exportFailed === 1);
  });
});
