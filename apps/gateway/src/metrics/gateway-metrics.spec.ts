import { createGatewayMetrics } from './gateway-metrics';

const metrics = () =>
  createGatewayMetrics({
    service: 'gateway',
    gauges: { held: () => 3, tunnels: () => 1, inFlight: () => [['product', 2]] },
  });

describe('gateway metrics', () => {
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
