import type { RouteView, UpstreamView } from '@rollcall/contracts';
import { gatewayCatalog, gatewayTraffic } from './gateway-picture';
import { NO_TRAFFIC, instanceKey, withTraffic } from './traffic';

const upstream = (more: Partial<UpstreamView>): UpstreamView => ({
  service: 'payment',
  instance_id: 'a',
  url: 'http://10.0.0.1:80',
  status: 'up',
  version: '1.0',
  zone: null,
  weight: 100,
  in_flight: 0,
  connections: { open: 0, idle: 0 },
  ejection: null,
  ejected_by_hand: null,
  ...more,
});

const route = (service: string, path_prefix: string): RouteView => ({
  path_prefix,
  service,
  source: 'file',
  strip_prefix: false,
  picker: 'round_robin',
  timeouts: { headers_ms: 1, idle_ms: 1 },
  retries: { attempts: 1 },
  max_in_flight: null,
  policies: [],
  instances: 0,
});

const ejectionOf = (more: Partial<UpstreamView>) =>
  withTraffic(NO_TRAFFIC, gatewayTraffic({ upstreams: [upstream(more)] }, 5000)).ejections.get(
    instanceKey('payment', 'a'),
  )?.[0];

test('services are those of instances and of routes, each with its paths', () => {
  const catalog = gatewayCatalog(
    { upstreams: [upstream({}), upstream({ instance_id: 'b', status: 'suspect' })] },
    { routes: [route('payment', '/payments'), route('invoice', '/invoices')], refused: [] },
  );

  expect([...catalog.keys()].sort()).toEqual(['invoice', 'payment']);
  expect(catalog.get('payment')?.instances.map(({ status }) => status)).toEqual(['up', 'suspect']);
  expect(catalog.get('invoice')?.claims.map(({ path_prefix }) => path_prefix)).toEqual(['/invoices']);
});

test('an ejection is this gateway’s own, for as long as it lasts', () => {
  const ejection = {
    status: 'ejected',
    cause: 'consecutive',
    outcome: 's5xx',
    times: 1,
    available_in_ms: 8000,
  } as const;

  expect(ejectionOf({ ejection })).toMatchObject({
    cause: 'consecutive',
    for_ms: 8000,
    by: { instance_id: 'this gateway' },
  });
});

test('one by hand comes before what the detector thinks, and may have no end', () => {
  const ejected_by_hand = { reason: 'bad disk' };

  expect(ejectionOf({ ejected_by_hand })).toMatchObject({
    cause: 'by_hand',
    outcome: 'bad disk',
    for_ms: null,
  });
});

test('of one that is not ejected nothing is said, and what is in flight is known without rates', () => {
  expect(ejectionOf({})).toBeUndefined();
  const traffic = withTraffic(NO_TRAFFIC, gatewayTraffic({ upstreams: [upstream({ in_flight: 3 })] }, 5000));

  expect(traffic.instances.get(instanceKey('payment', 'a'))).toMatchObject({
    inFlight: 3,
    failedShare: null,
  });
  expect(traffic.on).toBe(false);
});
