import { createGatewayMetrics } from './gateway-metrics';

const GAUGES = {
  held: () => 3,
  tunnels: () => 1,
  readBuffers: () => 65_536,
  inFlight: () => [['product', 2] as const],
};

describe('gateway metrics', () => {
  it('show what is going on at the moment of the scrape', async () => {
    const { attempt, ejection, registry } = createGatewayMetrics({ service: 'gateway', gauges: GAUGES });
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

  it('forget a minute later what has gone, and no service or route that is there', async () => {
    let at = 0;
    const there = { services: new Set(['product', 'gone']), routes: new Set(['/products', '/gone']) };
    const metrics = createGatewayMetrics({ service: 'gateway', present: () => there, now: () => at });
    const series = async (): Promise<string[]> => {
      const text = await metrics.registry.metrics();
      return [...new Set(text.match(/(?<=(?:upstream_service|http_route)=")[^"]+/g))].sort();
    };
    const count = (service: string, route: string): void => {
      metrics.attempt(service, 'response');
      metrics.ejection(service);
      metrics.mirrored(service, 'answered');
      metrics.policyAnswer(route, 'api_key');
      metrics.observeAttempt({ method: 'GET', service, result: 'refused', seconds: 1 });
      metrics.observeTraffic({ method: 'GET', route, status: 200, seconds: 1 });
    };
    count('product', '/products');
    count('gone', '/gone');
    metrics.observeTraffic({ method: 'GET', route: 'unmatched', status: 404, seconds: 1 });
    metrics.observeRequest({ method: 'GET', route: '/own', status: 200, seconds: 1 });
    const all = ['/gone', '/own', '/products', 'gone', 'product', 'unmatched'];
    there.services.delete('gone');
    there.routes.delete('/gone');
    expect(await series()).toEqual(all);
    at += 60_000;
    expect(await series()).toEqual(all);
    at += 60_000;
    await series();
    expect(await series()).toEqual(['/own', '/products', 'product', 'unmatched']);
  });

  it('have a bound, whatever paths and services there were', async () => {
    const inFlight = () => Array.from({ length: 3000 }, (_, n) => [`s${n}`, 1] as const);
    const metrics = createGatewayMetrics({ service: 'gateway', gauges: { ...GAUGES, inFlight } });
    for (let n = 0; n < 3000; n += 1) {
      metrics.attempt(`s${n}`, 'response');
      metrics.observeAttempt({ method: 'GET', service: `s${n}`, result: 200, seconds: 1 });
      metrics.observeTraffic({ method: 'GET', route: `/r${n}`, status: 200, seconds: 1 });
    }
    const lines = (await metrics.registry.metrics()).split('\n');
    const of = (start: string) => lines.filter((line) => line.startsWith(start));
    expect(of('rollcall_gateway_attempts_total{')).toHaveLength(2001);
    expect(of('rollcall_gateway_upstream_in_flight{')).toHaveLength(2001);
    expect(of('http_server_request_duration_seconds_count{')).toHaveLength(2001);
    expect(of('http_client_request_duration_seconds_count{')).toHaveLength(2001);
    expect(of('rollcall_gateway_attempts_total{').at(-1)).toMatch(/upstream_service="_OTHER".*\} 1000$/);
    expect(of('http_server_request_duration_seconds_count{').at(-1)).toMatch(/http_route="_OTHER".*\} 1000$/);
    expect(of('rollcall_gateway_upstream_in_flight{').at(-1)).toMatch(/upstream_service="_OTHER".*\} 1000$/);
  });
});
