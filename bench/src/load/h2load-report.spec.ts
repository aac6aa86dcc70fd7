import { parseH2loadReport } from './h2load-report';

const output = ({ ok = 3, failed = 0, data = 111, finished = '1.50s' } = {}) => `starting benchmark...
Application protocol: h2
finished in ${finished}, 2.00 req/s, 365.46KB/s
requests: ${3 + failed} total, 5 started, ${3 + failed} done, 3 succeeded, ${failed} failed, 0 errored, 0 timeout
status codes: ${ok} 2xx, ${3 - ok} 3xx, 0 4xx, ${failed} 5xx
traffic: 365.46KB (374232) total, 123.78KB (126750) headers (space savings 79.51%), 169.37KB (${data}) data
                     min         max         mean         sd        +/- sd
time for request:     2.16ms     37.66ms     13.53ms      4.15ms    77.35%
`;
const LOG = '1732000000000001\t200\t1000\n1732000000000002\t200\t3000\n1732000000000003\t200\t2000\n';
const failuresOf = (given: Parameters<typeof output>[0]) =>
  parseH2loadReport(output(given), LOG, 37).failures;

describe('h2load report', () => {
  it('is what h2load prints, with percentiles of what it has logged', () => {
    expect(parseH2loadReport(output(), LOG, 37)).toEqual({
      requests: 3,
      seconds: 1.5,
      p50Ms: 2,
      p99Ms: 3,
      failures: 0,
    });
  });

  it.each([
    ['an answer with another status', { failed: 2 }, 2],
    ['a redirect, which h2load takes for a success', { ok: 2 }, 1],
    ['a call of gRPC that failed, which has no message', { data: 2 * 37 }, 1],
    ['an answer that was cut, though its status was good', { data: 3 * 37 - 1 }, 1],
  ])('counts as failed %s', (_what, given, failures) => {
    expect(failuresOf(given)).toBe(failures);
  });

  it('counts no request that was still under way at the end, of which status and bytes may have come', () => {
    expect(failuresOf({ ok: 4, data: 4 * 37 })).toBe(0);
  });

  it('understands a run of less than a second', () => {
    expect(parseH2loadReport(output({ finished: '900.00ms' }), LOG, 37).seconds).toBeCloseTo(0.9);
  });

  it('complains, with the output, when there is none, or no answer', () => {
    expect(() => parseH2loadReport('could not connect to host', '', 37)).toThrow('could not connect');
    expect(() => parseH2loadReport(output(), '1\t-1\t5\n', 37)).toThrow('no answer');
  });
});
