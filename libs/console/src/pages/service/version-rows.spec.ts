import type { Instance, TrafficEdge } from '@rollcall/contracts';
import { versionRows } from './version-rows';

const instance = (instance_id: string, version: string | null, more: Partial<Instance> = {}): Instance => ({
  instance_id,
  service_name: 'product',
  url: 'http://10.0.0.1:80',
  status: 'up',
  version,
  zone: null,
  tags: [],
  weight: 100,
  metadata: {},
  routes: [],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: 1,
  last_heartbeat: 1,
  epoch: 1,
  revision: 1,
  ...more,
});

const attempts = (instance_id: string | null, requests: number, failed = 0): TrafficEdge => ({
  from: 'gateway',
  reporter: null,
  service_name: 'product',
  instance_id,
  route: null,
  requests,
  failed,
  retried: 0,
  in_flight: 1,
  outcomes: {},
  buckets: { '10': requests },
  requests_per_second: requests / 20,
  p50_ms: 1,
  p99_ms: 1,
  last_at: 0,
});

const fleet = [instance('a', '1.0'), instance('b', '1.0'), instance('c', '1.0'), instance('d', '2.0')];

test('each version has the attempts of its instances, and its share of them all', () => {
  const rows = versionRows(
    fleet,
    [attempts('a', 30), attempts('b', 30), attempts('c', 30), attempts('d', 10, 5)],
    20_000,
  );

  expect(
    rows.map(({ version, share, expected, flow }) => [
      version,
      share,
      expected,
      flow.perSecond,
      flow.failedShare,
    ]),
  ).toEqual([
    ['1.0', 0.9, 0.75, 4.5, 0],
    ['2.0', 0.1, 0.25, 0.5, 0.5],
  ]);
});

test('calls, which no instance is known of, and attempts at others count for none', () => {
  const rows = versionRows(
    fleet,
    [
      attempts(null, 1000),
      attempts('gone', 500),
      { ...attempts('d', 700), service_name: 'other' },
      attempts('d', 10),
    ],
    20_000,
  );

  expect(rows.map(({ version, flow, share }) => [version, flow.requests, share])).toEqual([
    ['1.0', 0, 0],
    ['2.0', 10, 1],
  ]);
});

test('without a request there is no share of any, and without one that is up nothing is expected', () => {
  const rows = versionRows([instance('a', '1.0', { status: 'suspect' })], [], 0);

  expect(rows).toMatchObject([{ version: '1.0', share: null, expected: null }]);
});

test('what is expected follows weights, and of instances that are up alone', () => {
  const rows = versionRows(
    [
      instance('a', '1.0'),
      instance('b', '1.0', { status: 'draining' }),
      instance('c', '2.0', { weight: 300 }),
      instance('d', null, { status: 'out_of_service' }),
    ],
    [],
    20_000,
  );

  expect(rows.map(({ version, expected }) => [version, expected])).toEqual([
    ['1.0', 0.25],
    [null, 0],
    ['2.0', 0.75],
  ]);
});
