import { activeTracer, createLogger, currentContext, runInContext, type RequestContext } from '../src';
import { recordSpans } from './record-spans';

const CLIENT = 2;
const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
const request = (flags: number): RequestContext => ({
  requestId: 'r1',
  logger,
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags, state: 'vendor=1' },
});

describe('activeTracer', () => {
  it('puts each span below the one that is current, and makes it current for its work', async () => {
    const spans = await recordSpans((tracer) =>
      runInContext(request(1), () =>
        activeTracer(tracer).startActiveSpan('call product', { attributes: { to: 'product' } }, (call) => {
          expect(currentContext()?.requestId).toBe('r1');
          expect(currentContext()?.trace.spanId).toBe(call.spanContext().spanId);
          activeTracer(tracer).startActiveSpan('GET', { kind: CLIENT }, (attempt) => {
            const { traceId, traceFlags, traceState } = attempt.spanContext();
            expect([traceId, traceFlags, traceState?.serialize()]).toEqual(['a'.repeat(32), 1, 'vendor=1']);
            attempt.setAttributes({ 'error.type': 'refused' });
            attempt.setStatus({ code: 2 });
            attempt.end();
          });
          call.setStatus({ code: 1 });
          call.end();
        }),
      ),
    );
    const call = spans.find(({ name }) => name === 'call product');
    expect(call).toMatchObject({
      kind: 'internal',
      status: 'unset',
      parentSpanId: 'b'.repeat(16),
      attributes: { to: 'product' },
    });
    expect(spans.find(({ name }) => name === 'GET')).toMatchObject({
      kind: 'client',
      status: 'error',
      parentSpanId: call?.spanId,
      attributes: { 'error.type': 'refused' },
    });
    expect(spans).toHaveLength(2);
  });

  it('returns what the work returns, and throws what it throws', async () => {
    await recordSpans((tracer) => {
      for (const flags of [0, 1])
        runInContext(request(flags), () => {
          expect(activeTracer(tracer).startActiveSpan('one', {}, () => 7)).toBe(7);
          expect(() =>
            activeTracer(tracer).startActiveSpan('two', {}, () => {
              throw new Error('of the work');
            }),
          ).toThrow('of the work');
        });
    });
  });

  it.each([
    ['a request that is not sampled', request(0), 'a'.repeat(32), 0],
    ['no request', undefined, '0'.repeat(32), 0],
  ])('records nothing in %s, and tells of its place', async (_what, context, traceId, traceFlags) => {
    const spans = await recordSpans((tracer) => {
      const work = (): void =>
        activeTracer(tracer).startActiveSpan('call product', {}, (span) => {
          expect(span.spanContext()).toMatchObject({ traceId, traceFlags });
          span.setAttributes({ to: 'product' });
          span.setStatus({ code: 2 });
          span.end();
        });
      if (context === undefined) work();
      else runInContext(context, work);
    });
    expect(spans).toEqual([]);
  });
});
