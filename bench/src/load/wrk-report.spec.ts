import { parseWrkReport } from './wrk-report';

const output = (line: string) => `Running 5s test @ http://127.0.0.1:8000
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.29ms  415.98us   9.81ms   85.49%
Requests/sec:  49330.27
Transfer/sec:      8.98MB
${line}
`;

describe('wrk report', () => {
  it('is the line of JSON in what wrk prints', () => {
    const line = '{"requests":246651,"seconds":5.000012,"p50Ms":1.207,"p99Ms":2.914,"failures":0}';
    expect(parseWrkReport(output(line))).toEqual({
      requests: 246651,
      seconds: 5.000012,
      p50Ms: 1.207,
      p99Ms: 2.914,
      failures: 0,
    });
  });

  it('complains, with the output, when there is none', () => {
    expect(() => parseWrkReport('unable to connect to 127.0.0.1:1')).toThrow('unable to connect');
  });

  it('complains about a figure that is missing', () => {
    expect(() => parseWrkReport(output('{"requests":1,"seconds":5,"p50Ms":1,"failures":0}'))).toThrow(
      'no p99Ms',
    );
  });
});
