import { matches, parseFilter } from './filter';
import { createServiceRows, type ServiceRow } from './service-row';
import { NO_TRAFFIC } from './traffic';
import { ofSnapshot } from './catalog';
import type { Instance } from '@rollcall/contracts';

const instance = (more: Partial<Instance>): Instance => ({
  instance_id: 'c3d9',
  service_name: 'payment',
  url: 'http://10.0.5.19:8081',
  status: 'up',
  version: '3.2.7',
  zone: 'eu-1a',
  tags: ['blue'],
  weight: 100,
  metadata: {},
  routes: [],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: 0,
  last_heartbeat: 0,
  epoch: 1,
  revision: 1,
  ...more,
});

function rowOf(...instances: readonly Instance[]): ServiceRow {
  const claims = [{ path_prefix: '/payments', since: 0, why: '' }];
  const service = ofSnapshot({ service_name: 'payment', revision: 1, instances, claims });
  const [row] = createServiceRows()({
    catalog: new Map([['payment', service]]),
    guards: [],
    drains: new Map(),
    events: [],
    traffic: NO_TRAFFIC,
  });
  if (row === undefined) throw new Error('no row');
  return row;
}

const row = rowOf(
  instance({}),
  instance({ instance_id: 'd41a', status: 'suspect', zone: 'eu-1b', version: '3.3.0' }),
);

test.each([
  ['', true],
  ['pay', true],
  ['PAY', true],
  ['order', false],
  ['/payments', true],
  ['10.0.5.19', true],
  ['d41a', true],
  ['status:suspect', true],
  ['status:out', false],
  ['status:draining,suspect', true],
  ['zone:1b', true],
  ['zone:1c', false],
  ['version:3.3', true],
  ['version:3.30', false],
  ['tag:blue', true],
  ['tag:blu', false],
  ['-status:suspect', false],
  ['-tag:green pay', true],
  ['needs:attention', true],
  ['needs:traffic', false],
  ['status:', true],
  ['nokey:pay', false],
  ['pay zone:1c', false],
])('the filter %p holds: %p', (text, holds) => {
  expect(matches(parseFilter(text), row)).toBe(holds);
});

test('an instance that is taken out is found by both of its words', () => {
  const out = rowOf(instance({ status: 'out_of_service' }));

  expect(matches(parseFilter('status:out'), out)).toBe(true);
  expect(matches(parseFilter('status:out_of_service'), out)).toBe(true);
});
