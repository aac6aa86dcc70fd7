import { Registry } from 'prom-client';
import { CLIENT_DURATIONS, DurationHistogram, SERVER_DURATIONS } from './duration-histogram';
import { createMetrics } from './metrics';

const metrics = () => createMetrics({ service: 'spec', processMetrics: false });

describe('durations of requests', () => {
  it('are counted in cumulative buckets, as Prometheus wants them', async () => {
    const { observeRequest, registry } = metrics();
    for (const seconds of [0.001, 0.005, 0.02, 99])
      observeRequest({ method: 'GET', route: '/products', status: 200, seconds });
    const lines = (await registry.metrics())
      .split('\n')
      .filter((line) => line.includes('http_route="/products"'));
    const value = (part: string) =>
      Number(
        lines
          .find((line) => line.includes(part))
          ?.split(' ')
          .at(-1),
      );
    expect(['le="0.005"', 'le="0.01"', 'le="0.025"', 'le="10"', 'le="+Inf"', '_count{'].map(value)).toEqual([
      2, 2, 3, 3, 4, 4,
    ]);
    expect(value('_sum{')).toBeCloseTo(99.026);
  });

  it('of methods that nobody knows share one label', async () => {
    const { observeRequest, registry } = metrics();
    for (const method of ['BREW', 'WHEN']) observeRequest({ method, route: '/x', status: 200, seconds: 1 });
    expect(await registry.metrics()).toMatch(/_count\{http_request_method="_OTHER".*\} 2/);
  });

  it('with statuses that nobody knows share one label, by method', async () => {
    const { observeRequest, registry } = metrics();
    for (let status = 200; status < 1000; status += 1)
      for (const method of ['GET', 'BREW', 'BREW-MORE'])
        observeRequest({ method, route: '/x', status, seconds: 1 });
    const counts = (await registry.metrics()).split('\n').filter((line) => line.includes('_count{'));
    expect(counts.length).toBeLessThan(200);
    const other = counts.filter((line) => line.includes('http_response_status_code="_OTHER"'));
    expect(other.map((line) => Number(line.split(' ').at(-1)))).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
    const total = counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    expect(total).toBe(3 * 800);
    for (const status of [200, 404, 499, 503]) expect(counts.join()).toContain(`code="${status}"`);
  });

  it('are kept in a bounded number of series, routes and statuses together', async () => {
    const registry = new Registry();
    const durations = new DurationHistogram(registry, SERVER_DURATIONS);
    for (let route = 0; route < 200; route += 1)
      for (const method of ['GET', 'POST', 'PUT'])
        for (const status of [200, 201, 400, 404, 500, 503, 777])
          durations.record(method, `/r${route}`, status, 1, false);
    const counts = (await registry.metrics()).split('\n').filter((line) => line.includes('_count{'));
    expect(counts.length).toBeLessThanOrEqual(2000 + 21);
    expect(counts.some((line) => line.includes('http_route="_OTHER"'))).toBe(true);
    expect(counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(200 * 21);
  });

  it('of attempts are by service, with the error of those that failed or got no answer', async () => {
    const registry = new Registry();
    const durations = new DurationHistogram(registry, CLIENT_DURATIONS);
    for (const result of [200, 404, 777, 'refused', 'refused'])
      durations.record('GET', 'product', result, 0.5, false);
    const counts = (await registry.metrics()).split('\n').filter((line) => line.includes('_count{'));
    const of =
      'http_client_request_duration_seconds_count{http_request_method="GET",upstream_service="product",';
    expect(counts).toEqual([
      `${of}http_response_status_code="200"} 1`,
      `${of}http_response_status_code="404",error_type="404"} 1`,
      `${of}http_response_status_code="_OTHER",error_type="_OTHER"} 1`,
      `${of}error_type="refused"} 2`,
    ]);
  });
});
