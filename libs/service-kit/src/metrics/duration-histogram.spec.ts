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
});
