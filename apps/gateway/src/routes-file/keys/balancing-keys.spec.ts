import { parseRoutesFile } from '../parse-routes-file';

const defaults = {
  picker: 'round_robin',
  headersTimeoutMs: 1,
  idleTimeoutMs: 1,
  maxAttempts: 3,
  attemptTimeoutMs: Infinity,
} as const;
const parse = (route: string, zone?: string) =>
  parseRoutesFile(
    `
version: 1
defaults:
  slow_start_ms: 2000
  canary: { versions: [{ version: "9", percent: 1 }] }
routes:
  - { path_prefix: /a, service: a, ${route} }
`,
    { file: 'routes.yaml', defaults, zone, readBeside: (file) => ({ file, text: '' }) },
  );
const policyOf = (route: string, zone?: string) => {
  const parsed = parse(route, zone);
  return 'routes' in parsed ? parsed.routes[0]?.policy : parsed.faults;
};

describe('the keys that choose instances', () => {
  it('name a picker and what it needs', () => {
    expect(policyOf('picker: ring_hash, ring_hash: { header: X-User, max_load: 1.25 }')).toMatchObject({
      picker: 'ring_hash',
      hashHeader: 'x-user',
      maxLoad: 1.25,
      slowStartMs: 2000,
    });
  });

  it('mean picker ring_hash where they say how it hashes', () => {
    expect(policyOf('ring_hash: { header: X-User }')).toMatchObject({
      picker: 'ring_hash',
      hashHeader: 'x-user',
    });
  });

  it('go by the zone only where the gateway knows its own', () => {
    expect(policyOf('picker: zone_first', 'b')).toMatchObject({ picker: 'zone_first' });
    expect(policyOf('picker: zone_first')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(
          'zone_first has no effect without ZONE: set it to the zone of this gateway',
        ),
      }),
    ]);
  });

  it('take what they do not say from the defaults', () => {
    expect(policyOf('slow_start_ms: 0')).toMatchObject({
      picker: 'round_robin',
      slowStartMs: 0,
      canary: { versions: [{ version: '9', percent: 1 }] },
    });
  });

  it('say which versions get what', () => {
    const route =
      'canary: { versions: [{ version: "2", percent: 5 }], header: { name: X-Canary, versions: { yes: "2" } } }';
    expect(policyOf(route)).toMatchObject({
      canary: {
        versions: [{ version: '2', percent: 5 }],
        header: { name: 'x-canary', versionOf: new Map([['yes', '2']]) },
      },
    });
    expect(policyOf('canary: off')).toMatchObject({ canary: undefined });
  });

  it('bound what is under way, and allow retries by key', () => {
    expect(policyOf('max_in_flight: 7, retries: { idempotency_key: true }')).toMatchObject({
      maxInFlight: 7,
      retryByKey: true,
    });
  });

  it('say with which statuses of gRPC calls go to another instance', () => {
    expect(policyOf('retries: { grpc_status: [UNAVAILABLE, RESOURCE_EXHAUSTED] }')).toMatchObject({
      retryGrpcStatuses: [14, 8],
    });
    expect(policyOf('retries: { grpc_status: off }')).toMatchObject({ retryGrpcStatuses: undefined });
  });

  it.each([
    ['picker: least_loaded', 'routes.0.picker'],
    ['ring_hash: { header: "X User" }', 'routes.0.ring_hash.header'],
    ['ring_hash: { max_load: 1 }', 'routes.0.ring_hash.max_load'],
    ['ring_hash: {}, picker: random', 'routes.0.ring_hash'],
    ['slow_start_ms: -1', 'routes.0.slow_start_ms'],
    ['slow_start_ms: 1, picker: ring_hash', 'routes.0.slow_start_ms'],
    ['slow_start_ms: 1, ring_hash: {}', 'routes.0.slow_start_ms'],
    ['canary: { versions: [] }', 'routes.0.canary.versions'],
    ['canary: {}', 'routes.0.canary'],
    ['canary: { versions: [{ version: 2.10, percent: 5 }] }', 'routes.0.canary.versions.0.version'],
    [
      'canary: { versions: [{ version: "1", percent: 60 }, { version: "2", percent: 41 }] }',
      'routes.0.canary.versions',
    ],
    ['max_in_flight: 0', 'routes.0.max_in_flight'],
  ])('are refused as %s', (route, path) => {
    const parsed = parse(route);
    expect('faults' in parsed && parsed.faults.map((fault) => fault.path)).toEqual([path]);
  });
});
