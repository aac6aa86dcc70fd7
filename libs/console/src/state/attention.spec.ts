import type { Instance } from '@rollcall/contracts';
import { attentionOf, type Observed } from './attention';
import type { Flow } from './traffic';

function instance(status: Instance['status'], more: Partial<Instance> = {}): Instance {
  return {
    instance_id: 'a',
    service_name: 'product',
    url: 'http://10.0.0.1:80',
    status,
    version: null,
    zone: null,
    tags: [],
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
  };
}

const quiet: Observed = {
  instances: [instance('up')],
  guard: undefined,
  held: 0,
  calls: undefined,
  ejected: [],
  drains: [],
};

const flow = (requests: number, failed: number): Flow => ({
  perSecond: requests / 20,
  failedShare: failed / requests,
  retriedPerSecond: 0,
  inFlight: 0,
  p50: 1,
  p99: 2,
  requests,
  failed,
});

const gateway = {
  service_name: 'gateway',
  instance_id: 'gw-2',
  at: 0,
  interval_ms: 2000,
  routes_digest: null,
  held: {},
  ejected: [],
  other: { requests: 0, failed: 0 },
};
const ejection = {
  service_name: 'product',
  instance_id: 'a',
  cause: 'consecutive',
  outcome: 's5xx',
  for_ms: 8000,
  by: gateway,
};

const labels = (observed: Partial<Observed>) =>
  attentionOf({ ...quiet, ...observed }).map(({ tone, label }) => `${tone}: ${label}`);

test.each<[string, Partial<Observed>, readonly string[]]>([
  ['one that is up needs nothing', {}, []],
  ['without an instance', { instances: [] }, ['gone: no instance']],
  ['requests that wait for the first instance are said once', { instances: [], held: 12 }, ['gone: 12 held']],
  ['requests wait although an instance is up', { held: 2 }, ['suspect: 2 held']],
  ['all are out', { instances: [instance('out_of_service')] }, ['gone: none up', 'out_of_service: 1 out']],
  ['only suspect ones', { instances: [instance('suspect')] }, ['gone: none up', 'suspect: 1 suspect']],
  [
    'those that the guard holds are not counted a second time',
    {
      instances: [instance('up'), instance('suspect', { reason: 'held' })],
      guard: { service_name: 'product', since: 0, until: 60, held: 1 },
    },
    ['suspect: guard holds 1'],
  ],
  ['two of a hundred calls failed', { calls: flow(100, 2) }, ['gone: 2.00 % fail']],
  ['one of two calls failed: too few to say', { calls: flow(2, 1) }, []],
  ['an instance that two gateways ejected is one', { ejected: [ejection, ejection] }, ['ejected: 1 ejected']],
  [
    'one that drains and one that starts',
    { instances: [instance('up'), instance('draining'), instance('starting')] },
    ['draining: 1 draining', 'starting: 1 starting'],
  ],
])('%s', (_name, observed, expected) => {
  expect(labels(observed)).toEqual(expected);
});

test('what callers feel comes before what somebody does on purpose', () => {
  const failing = attentionOf({ ...quiet, calls: flow(100, 50) })[0]?.rank ?? 0;
  const out =
    attentionOf({ ...quiet, instances: [instance('up'), instance('out_of_service')] })[0]?.rank ?? 0;

  expect(failing).toBeLessThan(out);
});

test('an opinion says whose it is, why, and for how long', () => {
  expect(attentionOf({ ...quiet, ejected: [ejection] })[0]?.detail).toBe('by gw-2 · s5xx, consecutive · 8 s');
});
