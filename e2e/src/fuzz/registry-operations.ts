import fc from 'fast-check';

/** A call of the registry as its document names it, and how a caller who knows it makes it. */
export interface Operation {
  readonly method: string;
  /** As in the OpenAPI document. */
  readonly template: string;
  /** The path, filled in. */
  readonly path: fc.Arbitrary<string>;
  /** Names of the query's members, each with values that are right. */
  readonly query?: Readonly<Record<string, fc.Arbitrary<string>>>;
  readonly body?: fc.Arbitrary<object>;
}

/** Stand where an epoch or a secret belongs that only the registry's own answers tell; see `Remembered`. */
export const EPOCH_OF_LATEST = 'epoch-of-latest';
export const SECRET_OF_LATEST = 'secret-of-latest';

const service = fc.constantFrom('product', 'order', 'hello', 'toString', '__proto__');
/** An id belongs to one service: those of another are refused. */
const idIn = (serviceName: string, number: number): string => `i-${serviceName}-${number}`;
const number = fc.nat({ max: 9 });
const instanceId = fc.tuple(service, number).map(([serviceName, which]) => idIn(serviceName, which));
/** Nobody listens there, and the port is nobody's to be reached by mistake. */
const url = fc
  .tuple(fc.constantFrom('http://127.0.0.1:1', 'http://localhost:1', 'https://[::1]:1'), number)
  .map(([origin, which]) => `${origin}/${which}`);
const epoch = fc.oneof(fc.constant(EPOCH_OF_LATEST), fc.integer({ min: 1, max: 50 }));
const status = fc.constantFrom('up', 'starting');
const subscriber = fc
  .integer({ min: 0, max: 5 })
  .map((number) => `00000000-0000-4000-8000-00000000000${number}`);
const label = fc.constantFrom('v1', 'v2', 'ein Häuschen', '🦔');

const who = fc.oneof(
  fc.record({ service_name: service, url }),
  fc
    .tuple(service, number, url)
    .map(([service_name, which, at]) => ({ service_name, url: at, instance_id: idIn(service_name, which) })),
);
const what = fc.record(
  {
    version: label,
    zone: label,
    tags: fc.uniqueArray(label, { maxLength: 3 }),
    weight: fc.integer({ min: 1, max: 1000 }),
    metadata: fc.dictionary(fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }), fc.string(), {
      maxKeys: 4,
    }),
    routes: fc.array(fc.record({ path_prefix: fc.constantFrom('/a', '/a/b', '/') }), { maxLength: 2 }),
    ttl_seconds: fc.constantFrom(0, 5, 30, 86_400),
    health_path: fc.constantFrom('/livez', '/a?b', '/%zz'),
    status,
  },
  { requiredKeys: [] },
);
const registration = fc.tuple(who, what).map(([itself, rest]) => ({ ...itself, ...rest }));
const reference = fc.oneof(
  fc.record({ service_name: service, url, epoch, status }, { requiredKeys: ['service_name', 'url'] }),
  fc.record({ instance_id: instanceId, epoch, status }, { requiredKeys: ['instance_id'] }),
);
const ofInstance = (call: string) => instanceId.map((id) => `/instances/${id}/${call}`);
const ofGateway = (what: string) => instanceId.map((id) => `/gateways/${id}/${what}`);
const ofUpstream = (what: string) =>
  fc.tuple(instanceId, instanceId).map(([id, instance]) => `/gateways/${id}/upstreams/${instance}/${what}`);
const watched = fc.constantFrom('*', 'product', 'product,order');
const ofService = (before: string, after = '') => service.map((name) => `${before}${name}${after}`);

export const registryOperations: readonly Operation[] = [
  { method: 'POST', template: '/register', path: fc.constant('/register'), body: registration },
  { method: 'POST', template: '/heartbeat', path: fc.constant('/heartbeat'), body: reference },
  { method: 'POST', template: '/deregister', path: fc.constant('/deregister'), body: reference },
  {
    method: 'GET',
    template: '/instances/{id}/session',
    path: ofInstance('session'),
    query: { epoch: epoch.map(String) },
  },
  {
    method: 'POST',
    template: '/instances/{id}/drain',
    path: ofInstance('drain'),
    query: { wait_ms: fc.constantFrom('0', '10', '100') },
    body: fc.record({ epoch }, { requiredKeys: [] }),
  },
  {
    method: 'GET',
    template: '/instances/{id}/drain',
    path: ofInstance('drain'),
    query: { service, epoch: epoch.map(String) },
  },
  {
    method: 'POST',
    template: '/acks',
    path: fc.constant('/acks'),
    body: fc.record(
      {
        subscriber,
        stream_secret: fc.constant(SECRET_OF_LATEST),
        revision: fc.integer({ min: 0, max: 10_000 }),
        goodbye: fc.constant(true),
      },
      { requiredKeys: ['subscriber', 'stream_secret', 'revision'] },
    ),
  },
  {
    method: 'PUT',
    template: '/instances/{id}/override',
    path: ofInstance('override'),
    body: fc.record(
      {
        status: fc.constant('out_of_service'),
        reason: label,
        for_ms: fc.integer({ min: 1000, max: 5000 }),
      },
      { requiredKeys: ['status', 'reason'] },
    ),
  },
  { method: 'DELETE', template: '/instances/{id}/override', path: ofInstance('override') },
  {
    method: 'POST',
    template: '/services/{service_name}/guard/release',
    path: ofService('/services/', '/guard/release'),
  },
  {
    method: 'GET',
    template: '/discover/{service_name}',
    path: ofService('/discover/'),
    query: {
      tag: label.map(encodeURIComponent),
      version: label.map(encodeURIComponent),
      zone: label.map(encodeURIComponent),
      status: fc.constantFrom('up', 'any', 'suspect'),
      index: fc.nat({ max: 100 }).map(String),
      wait: fc.constantFrom('0', '10ms', '0.05'),
    },
  },
  { method: 'GET', template: '/services', path: fc.constant('/services') },
  { method: 'GET', template: '/sd/prometheus', path: fc.constant('/sd/prometheus') },
  { method: 'GET', template: '/whoami', path: fc.constant('/whoami') },
  {
    method: 'POST',
    template: '/reports',
    path: fc.constant('/reports'),
    body: fc.record({
      reporter: fc.record({ service_name: service, instance_id: instanceId, epoch }),
      seq: fc.nat({ max: 100 }),
      window_ms: fc.nat({ max: 10_000 }),
      edges: fc.array(
        fc.record({
          service_name: service,
          instance_id: instanceId,
          requests: fc.integer({ min: 5, max: 100 }),
          failed: fc.nat({ max: 5 }),
          retried: fc.nat({ max: 5 }),
          in_flight: fc.nat({ max: 5 }),
          buckets: fc.dictionary(fc.nat({ max: 73 }).map(String), fc.nat({ max: 100 }), { maxKeys: 3 }),
        }),
        { maxLength: 3 },
      ),
    }),
  },
  {
    method: 'GET',
    template: '/traffic',
    path: fc.constant('/traffic'),
    query: {
      service,
      window: fc.constantFrom('20s', '5m', '1000'),
      by: fc.constantFrom('service', 'reporter'),
      series: fc.constantFrom('true', 'false'),
    },
  },
  { method: 'GET', template: '/registry', path: fc.constant('/registry') },
  {
    method: 'GET',
    template: '/explain',
    path: fc.constant('/explain'),
    query: { after: service, limit: fc.constantFrom('1', '100') },
  },
  { method: 'GET', template: '/explain/{service_name}', path: ofService('/explain/') },
  {
    method: 'GET',
    template: '/events',
    path: fc.constant('/events'),
    query: {
      service,
      since: fc.nat({ max: 100 }).map(String),
      before: fc.nat({ max: 10_000 }).map(String),
      actor: fc.constantFrom('anonymous', 'registry'),
      type: fc.constantFrom('registered', 'evicted'),
      order: fc.constantFrom('asc', 'desc'),
      limit: fc.constantFrom('1', '100'),
    },
  },
  {
    method: 'GET',
    template: '/watch',
    path: fc.constant('/watch'),
    query: { services: watched, subscriber, as: instanceId },
  },
  {
    method: 'POST',
    template: '/watch',
    path: fc.constant('/watch'),
    body: fc.record(
      { services: fc.array(service, { maxLength: 3 }), subscriber, as: instanceId },
      { requiredKeys: ['services', 'subscriber'] },
    ),
  },
  {
    method: 'POST',
    template: '/watch/additions',
    path: fc.constant('/watch/additions'),
    body: fc.record({ stream_secret: fc.uuid(), services: fc.array(service, { maxLength: 3 }), subscriber }),
  },
  { method: 'GET', template: '/live', path: fc.constant('/live'), query: { services: watched } },
  {
    method: 'GET',
    template: '/instances/{id}/questions',
    path: ofInstance('questions'),
    query: { answers: fc.constantFrom('read', 'on'), service, epoch: epoch.map(String) },
  },
  {
    method: 'POST',
    template: '/answers/{id}',
    path: fc.uuid().map((id) => `/answers/${id}`),
    body: fc.record({ status: fc.integer({ min: 200, max: 599 }), body: fc.constant({}) }),
  },
  { method: 'GET', template: '/gateways', path: fc.constant('/gateways') },
  ...['config', 'routes', 'upstreams'].map((what) => ({
    method: 'GET',
    template: `/gateways/{id}/${what}`,
    path: ofGateway(what),
  })),
  {
    method: 'GET',
    template: '/gateways/{id}/explain',
    path: ofGateway('explain'),
    query: { path: fc.constantFrom('/', '/a/b', '/%2561'), method: fc.constantFrom('GET', 'post') },
  },
  {
    method: 'POST',
    template: '/gateways/{id}/upstreams/{instance}/eject',
    path: ofUpstream('eject'),
    body: fc.record(
      { reason: label, for_ms: fc.integer({ min: 1, max: 5000 }) },
      { requiredKeys: ['reason'] },
    ),
  },
  {
    method: 'POST',
    template: '/gateways/{id}/upstreams/{instance}/restore',
    path: ofUpstream('restore'),
    body: fc.constant({}),
  },
];
