import type {
  CatalogEvent,
  ExplainedInstance,
  ExplainResponse,
  Instance,
  RegistryResponse,
  UpstreamView,
} from '@rollcall/contracts';
import type { GatewayFacts } from '@rollcall/diagnosis';
import { CHECKS, examine } from './examine';
import type { Facts } from './facts';

const NOW_S = 1_800_000_000;
const instance = (fields: Partial<Instance> = {}): Instance => ({
  instance_id: 'o-1',
  service_name: 'order',
  url: 'http://10.0.0.7:80',
  status: 'up',
  version: '1.0',
  zone: 'a',
  tags: [],
  weight: 100,
  metadata: {},
  routes: [],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: NOW_S - 100_000,
  last_heartbeat: NOW_S,
  epoch: 1,
  revision: 1,
  ...fields,
});
const explainedInstance = (fields: Partial<ExplainedInstance> = {}): ExplainedInstance => ({
  instance_id: 'o-1',
  url: 'http://10.0.0.7:80',
  epoch: 1,
  status: 'up',
  since: NOW_S - 100,
  traffic: { gets: true, why: 'up', mend: null },
  last_heartbeat: NOW_S,
  lease_ends: NOW_S + 30,
  session: 'open',
  last_probe: null,
  held: false,
  override: null,
  refused_routes: [],
  warnings: [],
  ...fields,
});
const explained = (fields: Partial<ExplainResponse> = {}): ExplainResponse => ({
  service_name: 'order',
  catalog_id: 'c',
  revision: 1,
  guard: null,
  claims: [],
  overrides: [],
  instances: [explainedInstance(), explainedInstance({ instance_id: 'o-2', epoch: 2 })],
  ...fields,
});
const registry = (fields: Partial<RegistryResponse> = {}): RegistryResponse => ({
  version: '0.1.0',
  node: '20.19.0',
  started_at: NOW_S - 1000,
  uptime_seconds: 1000,
  catalog_id: 'c',
  revision: 9,
  warming: false,
  lease: { ttl_seconds: 30, heartbeat_interval_seconds: 10 },
  bounds: { MAX_INSTANCES: { used: 79, limit: 100 }, events: { used: 100, limit: 100 } },
  store: { kind: 'journal', writable: true, journal_bytes: 1, snapshot_bytes: 1, snapshot_due_bytes: 9 },
  sessions: 2,
  watchers: {
    open: 3,
    behind: 0,
    subscribers: 3,
    waiting_bytes: 0,
    cut_off: 0,
    last_change: { revision: 9, at: NOW_S, took_ms: 3 },
  },
  guards: [],
  ...fields,
});
const upstream = (fields: Partial<UpstreamView> = {}): UpstreamView => ({
  service: 'order',
  instance_id: 'o-1',
  url: 'http://10.0.0.7:80',
  status: 'up',
  version: '1.0',
  zone: 'a',
  weight: 100,
  in_flight: 0,
  connections: { open: 0, idle: 0 },
  ejection: null,
  ejected_by_hand: null,
  ...fields,
});
const route = {
  path_prefix: '/orders',
  service: 'order',
  source: 'announced',
  strip_prefix: false,
  picker: 'two_choices',
  timeouts: { headers_ms: 1, idle_ms: 1 },
  retries: { attempts: 3 },
  max_in_flight: null,
  policies: [],
  instances: 2,
} as const;
type Answered = Extract<GatewayFacts['answer'], { readonly value: unknown }>['value'];
const gateway = (fields: Partial<Answered> = {}, url = 'http://gw:8001'): GatewayFacts => ({
  url,
  isNamed: true,
  answer: {
    value: {
      routes: { routes: [route], refused: [] },
      upstreams: [upstream(), upstream({ instance_id: 'o-2' })],
      config: { NODE_ENV: 'production', LEGACY_CALLS: false, routes_file: { fault: null } },
      metrics: new Map([
        ['rollcall_gateway_held_requests', 0],
        ['rollcall_discovery_stale_seconds', 60],
      ]),
      ...fields,
    },
  },
});
const measured = (values: Readonly<Record<string, number>> = {}) => ({
  value: new Map(
    Object.entries({
      nodejs_eventloop_lag_p99_seconds: 0.05,
      process_start_time_seconds: NOW_S - 1000,
      process_open_fds: 79,
      process_max_fds: 100,
      ...values,
    }),
  ),
});
const TWO = [instance(), instance({ instance_id: 'o-2', url: 'http://10.0.0.8:80', epoch: 2 })];
const AWAY = { fault: 'the registry does not answer (ECONNREFUSED)', mend: 'start it', isRefused: false };

/** A system that nothing is wrong with, looked at from one of its containers. */
const HEALTHY: Facts = {
  nowMs: NOW_S * 1000,
  ownVersion: '0.1.7',
  sendsToken: true,
  registries: [
    {
      url: 'https://registry:8080',
      answer: { value: { clockSkewMs: 300, certificateEnds: (NOW_S + 30 * 86_400) * 1000 } },
      metrics: measured(),
    },
  ],
  whoami: { value: { auth: 'on', name: 'ops', scopes: ['read', 'admin'], routes: null, service_routes: {} } },
  registry: { value: registry() },
  services: { value: { order: TWO } },
  explained: { value: [explained()] },
  events: { value: [] },
  gateways: [gateway()],
  self: {
    node: '20.19.0',
    nodeEnv: 'production',
    processOne: 'tini',
    dataDir: { path: '/data', isWritable: true, fileSystem: 'ext4' },
    memoryLimit: 512 * 2 ** 20,
    heapLimit: 256 * 2 ** 20,
  },
};

const found = (facts: Partial<Facts>) =>
  examine({ ...HEALTHY, ...facts }, { strict: true }).checks.filter(({ level }) => level !== 'ok');

it('nothing is wrong with a healthy system, and everything is examined that can be', () => {
  expect(examine(HEALTHY, { strict: true })).toMatchObject({
    ok: true,
    failures: 0,
    warnings: 0,
    // One gateway alone has nothing to be compared with.
    left_out: ['same_routes'],
  });
});

it.each([
  ['gateway', []],
  ['edge', ['synced']],
])('a gateway called %s has to know every service but its own', (SERVICE_NAME, ids) => {
  const own = TWO.map((one, index) => ({
    ...one,
    service_name: 'gateway',
    url: `http://10.0.1.${index}:80`,
  }));
  const warned = found({
    services: { value: { order: TWO, gateway: own } },
    gateways: [gateway({ config: { SERVICE_NAME, routes_file: { fault: null } } })],
  });
  expect(warned.map(({ id }) => id)).toEqual(ids);
});

const event = (type: CatalogEvent['type'], agoMs: number): CatalogEvent => ({
  revision: 1,
  at: NOW_S * 1000 - agoMs,
  type,
  service_name: 'order',
  instance_id: 'o-1',
  url: 'http://10.0.0.7:80',
  actor: 'registry',
  reason: 'x',
});
const reached = (url: string, value: { clockSkewMs?: number; certificateEnds?: number }) => ({
  url,
  answer: { value: { clockSkewMs: undefined, certificateEnds: undefined, ...value } },
  metrics: measured(),
});
const measuredAt = (values: Readonly<Record<string, number>>): Partial<Facts> => ({
  registries: [{ ...reached('https://r', {}), metrics: measured(values) }],
});
const behind = (seconds: number): Partial<Facts> => ({
  registry: {
    value: registry({
      watchers: {
        ...registry().watchers,
        behind: 2,
        // By the registry's clock, which is at NOW_S.
        last_change: { revision: 9, at: NOW_S - seconds, took_ms: 3 },
      },
    }),
  },
});
const self = HEALTHY.self;
const override = { status: 'out_of_service', reason: 'disk', by: 'ada', urls: [] } as const;

/** One fault each, and all that is found: the check, how grave, and a word of its sentence. */
const FAULTS: readonly (readonly [string, Partial<Facts>, string, 'warn' | 'fail', RegExp])[] = [
  [
    'no registry answers',
    { registries: [{ url: 'http://127.0.0.1:1', answer: AWAY, metrics: AWAY }], sendsToken: false },
    'registry_reachable',
    'fail',
    /ECONNREFUSED/,
  ],
  [
    'something else answers in its place',
    {
      whoami: {
        fault: 'what answers there is not the registry of Rollcall',
        mend: undefined,
        isRefused: false,
      },
    },
    'registry_reachable',
    'fail',
    /not the registry/,
  ],
  [
    'one registry of two is away',
    { registries: [...HEALTHY.registries, { url: 'https://b', answer: AWAY, metrics: AWAY }] },
    'registry_reachable',
    'warn',
    /ECONNREFUSED/,
  ],
  [
    'the certificate ends in 13 days',
    { registries: [reached('https://r', { certificateEnds: (NOW_S + 13.5 * 86_400) * 1000 })] },
    'certificate',
    'warn',
    /13 days/,
  ],
  [
    'its clock is fast',
    { registries: [reached('https://r', { clockSkewMs: 2500 })] },
    'clocks',
    'warn',
    /2\.5 s/,
  ],
  [
    'its clock is slow',
    { registries: [reached('https://r', { clockSkewMs: -2500 })] },
    'clocks',
    'warn',
    /-2\.5 s/,
  ],
  [
    'the registry is of another line',
    { registry: { value: registry({ version: '0.2.0' }) } },
    'versions',
    'warn',
    /0\.2\.0/,
  ],
  [
    'it asks for no token, on another host',
    { whoami: { value: { auth: 'off', name: 'anonymous', scopes: [], routes: null, service_routes: {} } } },
    'auth',
    'warn',
    /no token/,
  ],
  [
    'the token is not known',
    { whoami: { fault: 'the registry: This token is not known', mend: undefined, isRefused: true } },
    'token',
    'fail',
    /not known/,
  ],
  [
    'no token is set',
    { whoami: { value: { auth: 'on', name: null, scopes: [], routes: null, service_routes: {} } } },
    'token',
    'fail',
    /none is set/,
  ],
  [
    'the token may not read',
    { whoami: { value: { auth: 'on', name: 'ci', scopes: ['write:a'], routes: null, service_routes: {} } } },
    'token',
    'fail',
    /lacks the scope read/,
  ],
  [
    'the token crosses a network',
    { registries: [reached('http://registry:8080', {})] },
    'token_in_the_clear',
    'warn',
    /registry:8080/,
  ],
  [
    'the store cannot be written',
    { registry: { value: registry({ store: { ...registry().store, writable: false } }) } },
    'store',
    'fail',
    /cannot write/,
  ],
  [
    'the catalog is in memory',
    { registry: { value: registry({ store: { ...registry().store, kind: 'memory' } }) } },
    'durable',
    'warn',
    /memory/,
  ],
  [
    'the registry is warming',
    { registry: { value: registry({ warming: true }) } },
    'warming',
    'warn',
    /catalog of the registry began a moment ago/,
  ],
  [
    'the guard holds',
    { registry: { value: registry({ guards: [{ service_name: 'order', since: 1, until: 2, held: 2 }] }) } },
    'guard',
    'warn',
    /2 of order/,
  ],
  [
    'a bound is nearly reached',
    { registry: { value: registry({ bounds: { MAX_WATCHERS: { used: 80, limit: 100 } } }) } },
    'bounds',
    'warn',
    /MAX_WATCHERS 80 of 100/,
  ],
  [
    'watchers were cut off',
    { registry: { value: registry({ watchers: { ...registry().watchers, cut_off: 1 } }) } },
    'watchers',
    'warn',
    /1 watchers/,
  ],
  [
    'a change took long',
    {
      registry: {
        value: registry({
          watchers: { ...registry().watchers, last_change: { revision: 9, at: 1, took_ms: 1001 } },
        }),
      },
    },
    'propagation',
    'warn',
    /1001 ms/,
  ],
  ['watchers have not taken a change', behind(11), 'watcher_lag', 'warn', /2 of 3 watchers .* 11 s ago/],
  [
    'the event loop is delayed',
    measuredAt({ nodejs_eventloop_lag_p99_seconds: 0.051 }),
    'event_loop',
    'warn',
    /https:\/\/r by 51 ms/,
  ],
  [
    'the event loop of one registry of two is delayed',
    {
      registries: [
        ...HEALTHY.registries,
        {
          ...reached('https://b', {}),
          metrics: measured({ nodejs_eventloop_lag_p99_seconds: 2 }),
        },
      ],
    },
    'event_loop',
    'warn',
    /: https:\/\/b by 2000 ms$/,
  ],
  [
    'files are nearly used up',
    measuredAt({ process_open_fds: 80 }),
    'open_files',
    'warn',
    /https:\/\/r 80 of 100/,
  ],
  [
    'nobody gets traffic',
    {
      explained: {
        value: [
          explained({ instances: [explainedInstance({ traffic: { gets: false, why: 'x', mend: 'y' } })] }),
        ],
      },
    },
    'traffic',
    'fail',
    /order/,
  ],
  [
    'the registry warns of an instance',
    {
      explained: { value: [explained({ instances: [explainedInstance({ warnings: ['not reachable'] })] })] },
    },
    'warnings',
    'warn',
    /order\/o-1: not reachable/,
  ],
  [
    'an instance has no session',
    { explained: { value: [explained({ instances: [explainedInstance({ session: 'never' })] })] } },
    'sessions',
    'warn',
    /order\/o-1/,
  ],
  [
    'a session was lost',
    { explained: { value: [explained({ instances: [explainedInstance({ session: 'lost' })] })] } },
    'sessions',
    'warn',
    /order\/o-1/,
  ],
  [
    'an instance has no lease',
    {
      explained: {
        value: [explained({ instances: [explainedInstance({ lease_ends: null, session: 'never' })] })],
      },
    },
    'leases',
    'warn',
    /order\/o-1/,
  ],
  [
    'an override is old',
    {
      explained: {
        value: [
          explained({
            overrides: [{ ...override, instance_ids: ['o-1'], until: null, since: NOW_S - 86_401 }],
          }),
        ],
      },
    },
    'overrides',
    'warn',
    /disk/,
  ],
  [
    'a path was refused',
    {
      explained: {
        value: [
          explained({
            instances: [
              explainedInstance({
                refused_routes: [{ path_prefix: '/x', code: 'held_by_another', reason: 'held by billing' }],
              }),
            ],
          }),
        ],
      },
    },
    'routes_refused',
    'warn',
    /held by billing/,
  ],
  [
    'two services have one address',
    {
      services: {
        value: {
          order: TWO,
          billing: TWO.map((one) => ({ ...one, service_name: 'billing', registered_at: NOW_S })),
        },
      },
    },
    'addresses',
    'warn',
    /order, billing/,
  ],
  [
    'an instance flaps',
    {
      events: {
        value: [event('status_changed', 0), event('evicted', 1000), event('status_changed', 599_000)],
      },
    },
    'flapping',
    'warn',
    /3 times/,
  ],
  [
    'versions stay mixed',
    {
      services: {
        value: {
          order: [TWO[0] ?? instance(), instance({ instance_id: 'o-2', url: 'http://x', version: '2.0' })],
        },
      },
    },
    'versions_mixed',
    'warn',
    /order/,
  ],
  ['an instance is alone', { services: { value: { order: [instance()] } } }, 'alone', 'warn', /order/],
  [
    'an instance has no zone',
    {
      services: {
        value: { order: [instance({ zone: null }), instance({ instance_id: 'o-2', url: 'http://x' })] },
      },
    },
    'labels',
    'warn',
    /order\/o-1/,
  ],
  [
    'the gateway is away',
    { gateways: [{ url: 'http://gw', isNamed: true, answer: AWAY }] },
    'gateways_reachable',
    'fail',
    /ECONNREFUSED/,
  ],
  [
    'no gateway is where the default is',
    { gateways: [{ url: 'http://gw', isNamed: false, answer: AWAY }] },
    'gateways_reachable',
    'warn',
    /left out/,
  ],
  [
    'the gateway does not know an instance',
    { gateways: [gateway({ upstreams: [upstream()] })] },
    'synced',
    'warn',
    /order\/o-2/,
  ],
  [
    'a gateway has no news',
    { gateways: [gateway({ metrics: new Map([['rollcall_discovery_stale_seconds', 61]]) })] },
    'stale',
    'warn',
    /since 61 s/,
  ],
  [
    'one gateway of two holds requests',
    {
      gateways: [
        gateway(),
        gateway({ metrics: new Map([['rollcall_gateway_held_requests', 3]]) }, 'http://gw2'),
      ],
    },
    'held',
    'warn',
    /3 at http:\/\/gw2/,
  ],
  [
    'the routes file is faulty',
    { gateways: [gateway({ config: { routes_file: { fault: { faults: [] } } } })] },
    'routes_file',
    'fail',
    /http:\/\/gw/,
  ],
  [
    'an announcement is refused',
    {
      gateways: [
        gateway({ routes: { routes: [route], refused: [{ path_prefix: '/a', service: 'b', reason: 'c' }] } }),
      ],
    },
    'announcements_refused',
    'warn',
    /\/a of b \(c\)/,
  ],
  [
    'a route leads nowhere',
    { gateways: [gateway({ routes: { routes: [{ ...route, instances: 0 }], refused: [] } })] },
    'routes_to_nowhere',
    'warn',
    /\/orders to order/,
  ],
  [
    'an instance is ejected',
    {
      gateways: [
        gateway({
          upstreams: [upstream({ ejected_by_hand: { reason: 'x' } }), upstream({ instance_id: 'o-2' })],
        }),
      ],
    },
    'ejections',
    'warn',
    /order\/o-1/,
  ],
  [
    'the legacy API is on',
    { gateways: [gateway({ config: { NODE_ENV: 'production', LEGACY_CALLS: true, routes_file: null } })] },
    'legacy_calls',
    'warn',
    /legacy/,
  ],
  [
    'two gateways differ',
    {
      gateways: [
        gateway(),
        gateway({ routes: { routes: [{ ...route, path_prefix: '/other' }], refused: [] } }, 'http://gw2'),
      ],
    },
    'same_routes',
    'warn',
    /http:\/\/gw2/,
  ],
  ['Node is old', { self: self && { ...self, node: '20.18.3' } }, 'node', 'fail', /20\.18/],
  ['process 1 is a shell', { self: self && { ...self, processOne: 'sh' } }, 'process_1', 'fail', /SIGTERM/],
  ['process 1 is npm', { self: self && { ...self, processOne: 'npm start' } }, 'process_1', 'fail', /npm/],
  ['NODE_ENV is not set', { self: self && { ...self, nodeEnv: undefined } }, 'node_env', 'warn', /NODE_ENV/],
  [
    'the data folder cannot be written',
    { self: self && { ...self, dataDir: { path: '/data', isWritable: false, fileSystem: 'ext4' } } },
    'data_dir',
    'fail',
    /\/data/,
  ],
  [
    'the data folder is on a network',
    { self: self && { ...self, dataDir: { path: '/data', isWritable: true, fileSystem: 'nfs4' } } },
    'data_dir_file_system',
    'warn',
    /nfs4/,
  ],
  [
    'the heap is larger than the container',
    { self: self && { ...self, heapLimit: 2 ** 30 } },
    'memory',
    'warn',
    /1024 MiB/,
  ],
];

it.each(FAULTS)('finds that %s, and nothing else', (_fault, facts, id, level, text) => {
  expect(found(facts)).toEqual([
    {
      id,
      area: expect.any(String),
      level,
      text: expect.stringMatching(text),
      mend: expect.stringMatching(/\S/),
    },
  ]);
});

it('has a fault for each of its checks', () => {
  const provoked = new Set(FAULTS.map(([, , id]) => id));
  expect(CHECKS.map(({ id }) => id).filter((id) => !provoked.has(id))).toEqual([]);
});

it.each<[string, Partial<Facts>]>([
  [
    'a young instance that a gateway does not know yet',
    {
      gateways: [gateway({ upstreams: [] })],
      services: { value: { order: TWO.map((one) => ({ ...one, registered_at: NOW_S - 9 })) } },
    },
  ],
  [
    'versions that are mixed for less than an hour',
    {
      services: {
        value: {
          order: [
            instance(),
            instance({ instance_id: 'o-2', url: 'http://x', version: '2', registered_at: NOW_S - 3599 }),
          ],
        },
      },
    },
  ],
  [
    'an override that has an end',
    {
      explained: {
        value: [
          explained({
            overrides: [{ ...override, instance_ids: ['o-1'], until: NOW_S + 9, since: NOW_S - 90_000 }],
          }),
        ],
      },
    },
  ],
  ['changes of more than ten minutes ago', { events: { value: Array(5).fill(event('evicted', 601_000)) } }],
  [
    'registering and leaving',
    { events: { value: [event('registered', 0), event('deregistered', 0), event('registered', 0)] } },
  ],
  [
    'a registry without tokens on this machine',
    {
      registries: [reached('http://127.0.0.1:8080', {})],
      whoami: { value: { auth: 'off', name: 'anonymous', scopes: [], routes: null, service_routes: {} } },
    },
  ],
  ['a change that watchers are about to be sent', behind(10)],
  [
    'a delay of the event loop just after the start',
    measuredAt({ nodejs_eventloop_lag_p99_seconds: 1, process_start_time_seconds: NOW_S - 60 }),
  ],
  ['a service that only holds paths', { explained: { value: [explained({ instances: [] })] } }],
])('says nothing of %s', (_what, facts) => {
  expect(found(facts)).toEqual([]);
});

it('fails by warnings only when it is strict', () => {
  const facts = { ...HEALTHY, gateways: [gateway({ upstreams: [] })] };
  expect(examine(facts, { strict: false })).toMatchObject({ ok: true, warnings: 1 });
  expect(examine(facts, { strict: true })).toMatchObject({ ok: false, warnings: 1 });
});

it('looks at what is for production only when it is strict', () => {
  const facts = {
    ...HEALTHY,
    registry: { value: registry({ store: { ...registry().store, kind: 'memory' } }) },
  };
  expect(examine(facts, { strict: false })).toMatchObject({ ok: true, warnings: 0 });
});

it('leaves out what a registry does not measure', () => {
  const [registryThere] = HEALTHY.registries;
  const facts = {
    ...HEALTHY,
    registries: registryThere === undefined ? [] : [{ ...registryThere, metrics: { value: new Map() } }],
  };
  expect(examine(facts, { strict: false })).toMatchObject({
    ok: true,
    left_out: ['event_loop', 'open_files', 'same_routes'],
  });
});

it('leaves out what a gateway does not measure', () => {
  const facts = { ...HEALTHY, gateways: [gateway({ metrics: new Map() })] };
  expect(examine(facts, { strict: false })).toMatchObject({
    ok: true,
    left_out: ['stale', 'held', 'same_routes'],
  });
});

it('names what it cannot know', () => {
  const nothing = {
    ...HEALTHY,
    registry: AWAY,
    services: AWAY,
    explained: AWAY,
    events: AWAY,
    self: undefined,
  };
  const { left_out: leftOut } = examine(nothing, { strict: true });
  expect(leftOut).toEqual(expect.arrayContaining(['store', 'traffic', 'flapping', 'alone', 'synced']));
});
