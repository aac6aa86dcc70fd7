import type { KnownGateway, TrafficReporter } from '@rollcall/contracts';
import { gatewayLines } from './gateway-lines';

const gateway = (instance_id: string, routes_digest: string): KnownGateway => ({
  instance_id,
  service_name: 'gateway',
  actor: 'gateway',
  answers: 'read',
  connected_since: 1,
  state: {
    version: '0.4.0',
    node: 'v20.19.0',
    synced: true,
    routes_digest,
    routes: 11,
    refused_routes: 0,
    upstreams: 54,
    in_flight: 3,
    ejected: [],
  },
  fault: null,
});

const reporter = (instance_id: string, more: Partial<TrafficReporter> = {}): TrafficReporter => ({
  service_name: 'gateway',
  instance_id,
  at: 1,
  interval_ms: 2000,
  routes_digest: 'a',
  held: {},
  ejected: [],
  other: { requests: 0, failed: 0 },
  ...more,
});

test('a gateway with other routes than most is told from the others', () => {
  const lines = gatewayLines([gateway('gw-1', 'a'), gateway('gw-2', 'b'), gateway('gw-3', 'a')], []);

  expect(lines.map(({ id, hasUsualRoutes }) => [id, hasUsualRoutes])).toEqual([
    ['gw-1', true],
    ['gw-2', false],
    ['gw-3', true],
  ]);
});

test('one that answers no questions is there by its reports, with what it holds and has ejected', () => {
  const ejected = [
    { service_name: 'payment', instance_id: 'p', cause: 'consecutive', outcome: 's5xx', for_ms: 1000 },
  ];

  const lines = gatewayLines([], [reporter('gw-1', { held: { invoice: 12, order: 2 }, ejected })]);

  expect(lines).toMatchObject([{ id: 'gw-1', known: undefined, held: 14, ejected: 1, digest: 'a' }]);
});

test('two services’ gateways of one id are two, each with its own answers and reports', () => {
  const other = { ...gateway('gw-1', 'b'), service_name: 'product' };
  const reports = [reporter('gw-1', { held: { order: 2 } }), reporter('gw-2', { service_name: 'product' })];
  const lines = gatewayLines([gateway('gw-1', 'a'), other], reports);

  expect(lines).toMatchObject([
    { id: 'gateway/gw-1', digest: 'a', held: 2 },
    { id: 'gw-2', known: undefined, digest: 'a' },
    { id: 'product/gw-1', known: other, digest: 'b', held: undefined },
  ]);
});

test('a service that reports and has no routes is no gateway', () => {
  expect(gatewayLines([], [reporter('order-1', { service_name: 'order', routes_digest: null })])).toEqual([]);
});

test('the digest that a gateway answers counts before the one that it reported', () => {
  expect(gatewayLines([gateway('gw-1', 'new')], [reporter('gw-1')])).toMatchObject([{ digest: 'new' }]);
});

test('of two gateways that differ, it is always the same one that is said to', () => {
  const one = [gateway('gw-1', 'b'), gateway('gw-2', 'a')];

  expect(gatewayLines(one, [])).toEqual(gatewayLines([...one].reverse(), []));
});
