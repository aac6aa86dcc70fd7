import type { RoutePolicy } from '../routing/route-policy';
import { parseRoutesFile } from './parse-routes-file';

const settings: RoutePolicy = {
  picker: 'round_robin',
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  maxAttempts: 3,
  attemptTimeoutMs: Infinity,
};

const DIGEST = 'ab'.repeat(32);
const OTHER_DIGEST = 'cd'.repeat(32);

interface Given {
  /** What the one route says beyond path and service. */
  readonly route?: string;
  readonly defaults?: string;
  /** More lines of the file. */
  readonly top?: string;
  readonly files?: Readonly<Record<string, string>>;
}

function parse({ route = '', defaults = '{}', top = '', files = {} }: Given) {
  const text = `version: 1\n${top}\ndefaults: ${defaults}\nroutes:\n  - { path_prefix: /a, service: a, ${route} }\n`;
  return parseRoutesFile(text, {
    file: 'routes.yaml',
    defaults: settings,
    readBeside(file) {
      const text = files[file];
      return text === undefined ? { file, why: 'there is no such file' } : { file, text };
    },
  });
}
function policy(given: Given): RoutePolicy | undefined {
  const parsed = parse(given);
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.routes[0]?.policy;
}
function faults(given: Given): string {
  const parsed = parse(given);
  return 'faults' in parsed ? parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('\n') : '';
}

const keys = `api_keys: [ { name: ci, sha256: ${DIGEST} } ]`;

describe('policies in a routes file', () => {
  it('have defaults for what they do not say', () => {
    const route = `
      cors: { origins: [ 'https://Shop.example' ] }, rate_limit: { requests: 5 }, api_key: {},
      request_headers: { set: { X-A: b } }`;
    expect(policy({ route, top: keys })).toMatchObject({
      cors: {
        origins: ['https://shop.example'],
        headers: [],
        expose: [],
        credentials: false,
        maxAgeSeconds: 600,
      },
      rateLimit: { requests: 5, perSeconds: 1, burst: 5, by: 'client' },
      apiKey: {
        where: { header: 'X-Api-Key' },
        names: undefined,
        keys: [{ name: 'ci', digest: Buffer.from(DIGEST, 'hex') }],
      },
      requestHeaders: { remove: [], set: { 'X-A': 'b' }, add: {} },
    });
  });

  it.each([
    ['body_limit_bytes', '9', 'bodyLimitBytes'],
    ['rewrite', '{ prefix: /b }', 'rewritePrefix'],
    ['location', 'rewrite', 'rewritesLocation'],
    ['rate_limit', '{ requests: 1 }', 'rateLimit'],
    ['cors', '{ origins: [ "*" ] }', 'cors'],
    ['request_headers', '{ remove: [ X-A ] }', 'requestHeaders'],
    ['response_headers', '{ remove: [ X-A ] }', 'responseHeaders'],
    ['api_key', '{}', 'apiKey'],
    ['mirror', '{ service: b, percent: 1 }', 'mirror'],
  ] as const)('may give %s to every route, and take it off one', (key, value, field) => {
    const top = key === 'api_key' ? keys : '';
    const defaults = `{ ${key}: ${value} }`;
    expect(policy({ defaults, top })?.[field]).toBeDefined();
    expect(policy({ defaults, top, route: `${key}: off` })?.[field]).toBeUndefined();
  });

  it.each([
    ['cors: { origins: [ "*" ], credentials: true }', /routes\.0\.cors: .*\* among its origins/],
    ['cors: { origins: [ shop.example ] }', /routes\.0\.cors\.origins\.0: .*is neither \* nor an origin/],
    ['cors: {}', /routes\.0\.cors\.origins: route \/a: cors\.origins is missing/],
    ['cors: { origins: [ "*" ], headers: [ "*" ] }', /cors\.headers\.0/],
    ['cors: true', /routes\.0\.cors: /],
    ['cors: on', /routes\.0\.cors: .* must be a map: \{ origins: \[.*\] \}, or off/],
    ['rate_limit: { per_seconds: 1 }', /rate_limit\.requests: .*is missing/],
    ['rate_limit: { requests: 0 }', /rate_limit\.requests/],
    ['rate_limit: { requests: 1, by: key }', /rate_limit\.by: .*requires no API key/],
    ['rate_limit: on', /must be a map: \{ requests: 20, per_seconds: 1 \}, or off/],
    ['body_limit_bytes: 1k', /must be a number of bytes, such as 1048576, or off/],
    ['rewrite: /orders', /rewrite must be a map: \{ prefix: \/orders \}, or off/],
    ['rewrite: true', /rewrite must be a map: \{ prefix: \/orders \}, or off/],
    ['canary: "2"', /canary must be a map: \{ versions: .* \}, or off/],
    ['api_key: ', /api_key must be a map: \{\} for every key/],
    ['api_key: yes', /api_key must be a map: \{\} for every key/],
    ['request_headers: off, response_headers: X-A', /response_headers must be a map: \{ set: /],
    ['rewrite: { prefix: /a }', /rewrite has no effect/],
    ['rewrite: { prefix: /:id }', /write \/, which takes everything/],
    ['location: rewrite', /location has no effect without strip_prefix or rewrite/],
    ['location: rewrite, strip_prefix: false', /location has no effect without strip_prefix or rewrite/],
    ['location: rewrite, rewrite: off', /location has no effect without strip_prefix or rewrite/],
    ['location: /b', /routes\.0\.location: /],
    ['request_headers: {}', /request_headers/],
    ['request_headers: { set: {} }', /request_headers\.set/],
    ['response_headers: { remove: [] }', /response_headers\.remove/],
    ['timeouts: {}', /timeouts/],
    ['retries: {}', /retries/],
    [
      'retries: { attempts: 1, attempt_timeout_ms: 5 }',
      /attempt_timeout_ms has no effect where retries.attempts is 1/,
    ],
    ['retries: { attempts: 1, idempotency_key: true }', /idempotency_key has no effect/],
    ['retries: { attempts: 1, grpc_status: [UNAVAILABLE] }', /grpc_status has no effect/],
    ['retries: { grpc_status: [UNAVAILABL] }', /grpc_status.*UNAVAILABLE/],
    ['retries: { grpc_status: [unavailable] }', /grpc_status/],
    ['retries: { grpc_status: [14] }', /grpc_status/],
    ['retries: { grpc_status: [OK] }', /grpc_status/],
    ['retries: { grpc_status: [] }', /grpc_status/],
    ['retries: { grpc_status: [ABORTED, ABORTED] }', /grpc_status/],
    ['retries: { grpc_status: UNAVAILABLE }', /grpc_status must be a list of statuses of gRPC.*, or off/],
    ['retries: { attempt_timeout_ms: 30000 }', /attempt_timeout_ms is never reached/],
    ['timeouts: { headers_ms: 100, connect_ms: 100 }', /connect_ms is never reached/],
    ['methods: [GET], cors: { origins: [ "*" ], methods: [GET, HEAD, PUT] }', /cors\.methods contains PUT/],
    ['methods: [GTE]', /contains GTE, .*did you mean GET\?/],
    ['methods: [TRACE]', /contains TRACE/],
    ['methods: [ANY]', /leave methods out/],
    ['rewrite: { prefix: b }', /rewrite\.prefix/],
    ['rewrite: { prefix: /a/../b }', /rewrite\.prefix/],
    ['rewrite: { prefix: /b }, strip_prefix: true', /rewrite: .*strip_prefix/],
    ['request_headers: { set: { Content-Length: "3" } }', /set.*Content-Length is set by the gateway itself/],
    ['request_headers: { add: { Connection: close } }', /is a hop-by-hop header/],
    ['response_headers: { remove: [ Transfer-Encoding ] }', /remove\.0: .*is a hop-by-hop header/],
    ['response_headers: { set: { X-A: "b\\r\\nX-C: d" } }', /is not a valid header value/],
    ['api_key: {}', /api_key accepts no caller/],
    ['mirror: { service: b }', /mirror\.percent is missing/],
    ['mirror: { service: b, percent: 0 }', /mirror\.percent must be greater than 0/],
    ['mirror: { service: b, percent: 101 }', /mirror\.percent/],
    ['mirror: { service: a, percent: 1 }', /mirror\.service is a, the service of the route itself/],
    ['mirror: { service: b, percent: 1, methods: [CONNECT] }', /mirror\.methods\[0\] must be one of GET/],
    ['mirror: { service: b, percent: 1, body_bytes: 65537 }', /mirror\.body_bytes/],
    ['methods: [POST], mirror: { service: b, percent: 1 }', /mirror copies nothing: it is for GET, HEAD/],
    ['mirror: b', /mirror must be a map: \{ service: orders-next, percent: 5 \}, or off/],
  ])('are refused with %s', (route, why) => {
    expect(faults({ route })).toMatch(why);
  });

  it.each([
    [
      'api_key: { names: [ web ] }',
      /api_key\.names contains web, which is not the name of a key in api_keys$/,
    ],
    ['api_key: { names: [ cy ] }', /did you mean ci\?/],
    ['', /api_keys has no effect, since no route requires a key/],
    ['api_key: { header: X-A, query: a }', /api_key: /],
    ['api_key: { header: Connection }', /api_key\.header: /],
  ])('with keys are refused with %s', (route, why) => {
    expect(faults({ route, top: keys })).toMatch(why);
  });

  it('take keys from a file beside this one', () => {
    const top = `${keys}\napi_keys_file: secret/keys.json`;
    const files = {
      'secret/keys.json': JSON.stringify({ api_keys: [{ name: 'web', sha256: OTHER_DIGEST }] }),
    };
    const names = policy({ route: 'api_key: {}', top, files })?.apiKey?.keys.map(({ name }) => name);
    expect(names).toEqual(['ci', 'web']);
  });

  it.each([
    [{}, /api_keys_file: api_keys_file k cannot be read: there is no such file/],
    [{ k: 'api_keys: [' }, /not YAML: the indentation does not fit, or a bracket is not closed/],
    [{ k: 'api_keys: [ { name: a, sha256: "my secret key" } ]' }, /sha256: .*64 hexadecimal digits/],
    [{ k: `api_keys: [ { name: ci, sha256: ${OTHER_DIGEST} } ]` }, /ci is there twice/],
    [
      { k: `api_keys: [ { name: web, sha256: ${DIGEST.toUpperCase()} } ]` },
      /web is the same key as that of ci/,
    ],
  ])('are refused with such a file as %j', (files, why) => {
    const found = faults({ top: `${keys}\napi_keys_file: k`, files });
    expect(found).toMatch(why);
    expect(found).not.toContain('my secret');
  });

  it('are refused with what does nothing in the defaults themselves', () => {
    const defaults = '{ retries: { attempts: 1, attempt_timeout_ms: 5 }, picker: random, ring_hash: {} }';
    expect(faults({ defaults })).toMatch(/defaults\.ring_hash: [^]*defaults\.retries\.attempt_timeout_ms: /);
  });

  it('may leave the defaults unused', () => {
    const defaults = '{ retries: { attempt_timeout_ms: 5, idempotency_key: true }, slow_start_ms: 5 }';
    expect(faults({ defaults, route: 'retries: { attempts: 1 }, picker: ring_hash' })).toBe('');
  });

  it('cannot strip a malformed prefix', () => {
    const text = 'version: 1\nroutes: [ { path_prefix: /, service: a, strip_prefix: true } ]';
    const parsed = parseRoutesFile(text, {
      file: 'f',
      defaults: settings,
      readBeside: (file) => ({ file, text: '' }),
    });
    expect('faults' in parsed && parsed.faults[0]?.message).toMatch(
      /strip_prefix has no effect with path_prefix \//,
    );
  });
});
