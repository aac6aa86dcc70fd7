import { createGatewayMetrics } from './gateway-metrics';

const metrics = () =>
  createGatewayMetrics({
    service: 'gateway',
    gauges: { held: () => 3, tunnels: () => 1, inFlight: () => [['product', 2]] },
  });

describe('gateway metrics', () => {
  it('count durations in cumulative buckets, as Prometheus wants them', async () => {
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

  it('put methods that nobody knows under one label', async () => {
    const { observeRequest, registry } = metrics();
    for (const method of ['BREW', 'WHEN']) observeRequest({ method, route: '/x', status: 200, seconds: 1 });
    expect(await registry.metrics()).toMatch(/_count\{http_request_method="_OTHER".*\} 2/);
  });

  it('show what is going on at the moment of the scrape', async () => {
    const { attempt, ejection, registry } = metrics();
    attempt('product', 'refused');
    attempt('product', 'refused');
    ejection('product');
    const text = await registry.metrics();
    for (const line of [
      /rollcall_gateway_attempts_total\{.*outcome="refused".*\} 2/,
      /rollcall_gateway_ejections_total\{.*\} 1/,
      /rollcall_gateway_upstream_in_flight\{.*\} 2/,
      /rollcall_gateway_held_requests\{.*\} 3/,
    ])
      expect(text).toMatch(line);
    expect(await registry.metrics()).toMatch(/outcome="refused".*\} 2/);
  });
});
