import type { ExplainedInstance } from '@rollcall/contracts';
import { NO_TRAFFIC } from './traffic';
import { whyChain, type WhyFacts } from './why-chain';

const explained = (more: Partial<ExplainedInstance>): ExplainedInstance => ({
  instance_id: 'c3d9',
  url: 'http://10.0.5.19:8081',
  epoch: 7,
  status: 'up',
  since: 900,
  traffic: { gets: true, why: 'It is up.', mend: null },
  last_heartbeat: 997,
  lease_ends: 1020,
  session: 'open',
  last_probe: null,
  held: false,
  override: null,
  refused_routes: [],
  warnings: [],
  ...more,
});

function chain(one: ExplainedInstance, more: Partial<WhyFacts> = {}) {
  return whyChain({
    explained: one,
    service: { instances: [one] },
    guard: undefined,
    flow: undefined,
    serviceFlow: undefined,
    ejections: [],
    now: 1_000_000,
    ...more,
  });
}

const marks = (one: ExplainedInstance, more: Partial<WhyFacts> = {}) =>
  chain(one, more)
    .map(({ mark, title }) => `${mark} ${title.replace(/ since .*/, '')}`)
    .join(' · ');

const none = { gets: false, why: 'No.', mend: 'Do.' };

test.each([
  [
    'is up',
    explained({}),
    'ok Listed · ok Session open · ok Not probed · ok Up · ok No override, no guard · ok Gets traffic · next Next',
  ],
  [
    'is frozen',
    explained({
      status: 'suspect',
      session: 'lost',
      last_probe: { at: 999, outcome: 'silent' },
      lease_ends: 1003,
      traffic: none,
    }),
    'warn Listed · no Session lost · warn Probe: silent · warn Suspect · ok No override, no guard · no Gets no traffic · next Next',
  ],
  [
    'was taken out',
    explained({
      status: 'out_of_service',
      override: { status: 'out_of_service', reason: 'heap dump', until: null },
      traffic: none,
    }),
    'ok Listed · ok Session open · ok Not probed · no Out of service · no Taken out by an operator · no Gets no traffic · next Next',
  ],
  [
    'is held by the guard',
    explained({ status: 'suspect', session: 'never', held: true, lease_ends: null, traffic: none }),
    'ok Listed, without a lease · warn No session · ok Not probed · warn Suspect · warn Held by the guard · no Gets no traffic · next Next',
  ],
])('the chain of an instance that %s', (_name, one, expected) => {
  expect(marks(one)).toBe(expected);
});

test('an outcome of a probe that is not known here is shown as it came', () => {
  expect(marks(explained({ last_probe: { at: 999, outcome: 'new_outcome' } }))).toContain('warn new_outcome');
});

test('an opinion of a gateway is not hidden behind a good status', () => {
  const by = {
    service_name: 'gateway',
    instance_id: 'gw-2',
    at: 0,
    interval_ms: 2000,
    routes_digest: null,
    held: {},
    ejected: [],
    other: { requests: 0, failed: 0 },
  };
  const ejections = [
    { service_name: 'p', instance_id: 'c3d9', cause: 'consecutive', outcome: 's5xx', for_ms: 8000, by },
  ];
  const [used] = chain(explained({}), { ejections, serviceFlow: NO_TRAFFIC.total }).filter(
    ({ title }) => title === 'Ejected',
  );

  expect(used?.text).toContain('gw-2 · s5xx, consecutive · 8 s');
});
