import { formatTraceparent, parseTraceparent, traceContextFrom } from './trace-context';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const bytes = (size: number) => Buffer.alloc(size, 0xab);

describe('parseTraceparent', () => {
  it('reads what the specification gives as an example', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({
      traceId: TRACE,
      parentSpanId: SPAN,
      flags: 1,
    });
  });

  it('reads the first four fields of a later version', () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-more`)).toMatchObject({ traceId: TRACE });
  });

  it.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['a fifth field in version 00', `00-${TRACE}-${SPAN}-01-more`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['one digit too few', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ])('ignores %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('passes on only the flag it knows', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-ff`)?.flags).toBe(1);
  });
});

describe('traceContextFrom', () => {
  it('goes on with the caller’s trace in a span of its own', () => {
    const trace = traceContextFrom({ traceparent: `00-${TRACE}-${SPAN}-00`, tracestate: 'vendor=1' }, bytes);
    expect(trace).toEqual({
      traceId: TRACE,
      parentSpanId: SPAN,
      spanId: 'ab'.repeat(8),
      flags: 0,
      state: 'vendor=1',
    });
    expect(formatTraceparent(trace)).toBe(`00-${TRACE}-${'ab'.repeat(8)}-00`);
  });

  it('starts a trace where there is none, and then drops a tracestate that belongs to nothing', () => {
    expect(traceContextFrom({ tracestate: 'vendor=1' }, bytes)).toEqual({
      traceId: 'ab'.repeat(16),
      spanId: 'ab'.repeat(8),
      flags: 1,
    });
  });
});
