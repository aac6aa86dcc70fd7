import {
  childContext,
  formatTraceparent,
  isSampled,
  parseTraceparent,
  traceContextFrom,
} from './trace-context';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const hex = (bytes: number) => 'ab'.repeat(bytes);

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
    const trace = traceContextFrom({ traceparent: `00-${TRACE}-${SPAN}-00`, tracestate: 'vendor=1' }, hex);
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
    expect(traceContextFrom({ tracestate: 'vendor=1' }, hex)).toEqual({
      traceId: 'ab'.repeat(16),
      spanId: 'ab'.repeat(8),
      flags: 1,
    });
  });
});

describe('traceContextFrom, while spans are recorded', () => {
  const headers = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=1' };
  const asked: [string, number | undefined][] = [];
  const sample = (answer: boolean) => (traceId: string, parentFlags: number | undefined) => {
    asked.push([traceId, parentFlags]);
    return answer;
  };
  beforeEach(() => asked.splice(0));

  it('asks the sampler with the flags of a caller that is believed, and its answer is what goes on', () => {
    const trace = traceContextFrom(headers, hex, { sample: sample(false), believed: true });
    expect(asked).toEqual([[TRACE, 1]]);
    expect(trace).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, flags: 0, state: 'vendor=1' });
    expect(isSampled(trace)).toBe(false);
  });

  it.each([true, false])('asks the sampler for a trace that begins here, which says %s', (answer) => {
    const trace = traceContextFrom({}, hex, { sample: sample(answer), believed: true });
    expect(asked).toEqual([['ab'.repeat(16), undefined]]);
    expect(isSampled(trace)).toBe(answer);
  });

  it('begins anew where the caller is not believed, with a link to its span and without its state', () => {
    expect(traceContextFrom(headers, hex, { sample: sample(true), believed: false })).toEqual({
      traceId: 'ab'.repeat(16),
      spanId: 'ab'.repeat(8),
      flags: 1,
      link: { traceId: TRACE, spanId: SPAN },
    });
    expect(asked).toEqual([['ab'.repeat(16), undefined]]);
  });
});

describe('childContext', () => {
  it('is below its parent in the same trace, with the same flags and state, and has no link of its own', () => {
    const link = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
    expect(
      childContext(
        { traceId: TRACE, spanId: SPAN, parentSpanId: '3'.repeat(16), flags: 1, state: 'v=1', link },
        hex,
      ),
    ).toEqual({ traceId: TRACE, spanId: 'ab'.repeat(8), parentSpanId: SPAN, flags: 1, state: 'v=1' });
  });
});
