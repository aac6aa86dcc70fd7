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
    defaults: settings,
    readBeside(path) {
      const file = files[path];
      if (file === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return file;
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
    ['rate_limit', '{ requests: 1 }', 'rateLimit'],
    ['cors', '{ origins: [ "*" ] }', 'cors'],
    ['request_headers', '{ remove: [ X-A ] }', 'requestHeaders'],
    ['response_headers', '{ remove: [ X-A ] }', 'responseHeaders'],
    ['api_key', '{}', 'apiKey'],
  ] as const)('may give %s to every route, and take it off one', (key, value, field) => {
    const defaults = `{ ${key}: ${value} }`;
    expect(policy({ defaults, top: keys })?.[field]).toBeDefined();
    expect(policy({ defaults, top: keys, route: `${key}: off` })?.[field]).toBeUndefined();
  });

  it.each([
    ['cors: { origins: [ "*" ], credentials: true }', /routes\.0\.cors: .*\* among its origins/],
    ['cors: { origins: [ shop.example ] }', /routes\.0\.cors\.origins\.0: .*is neither \* nor an origin/],
    ['cors: {}', /routes\.0\.cors\.origins: .*required/],
    ['cors: { origins: [ "*" ], headers: [ "*" ] }', /cors\.headers\.0/],
    ['cors: true', /routes\.0\.cors: /],
    ['cors: on', /routes\.0\.cors: .*\[off\]/],
    ['rate_limit: { per_seconds: 1 }', /rate_limit\.requests: .*required/],
    ['rate_limit: { requests: 0 }', /rate_limit\.requests/],
    ['rate_limit: { requests: 1, by: key }', /rate_limit\.by: .*no api_key/],
    ['body_limit_bytes: 1k', /body_limit_bytes/],
    ['rewrite: { prefix: b }', /rewrite\.prefix/],
    ['rewrite: { prefix: /a/../b }', /rewrite\.prefix/],
    ['rewrite: { prefix: /b }, strip_prefix: true', /rewrite: .*strip_prefix/],
    ['request_headers: { set: { Content-Length: "3" } }', /set.*Content-Length is the gateway's own/],
    ['request_headers: { add: { Connection: close } }', /belongs to one connection/],
    ['response_headers: { remove: [ Transfer-Encoding ] }', /remove\.0: .*belongs to one connection/],
    ['response_headers: { set: { X-A: "b\\r\\nX-C: d" } }', /is not a field value/],
    ['api_key: {}', /api_key: lets nobody in/],
  ])('are refused with %s', (route, why) => {
    expect(faults({ route })).toMatch(why);
  });

  it.each([
    ['api_key: { names: [ web ] }', /api_key\.names: web is not among api_keys/],
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
    [{}, /api_keys_file: ENOENT/],
    [{ k: 'api_keys: [' }, /api_keys_file: line 1.*not YAML/],
    [{ k: 'api_keys: [ { name: a, sha256: "my secret key" } ]' }, /sha256: .*64 hexadecimal digits/],
    [{ k: `api_keys: [ { name: ci, sha256: ${OTHER_DIGEST} } ]` }, /ci is there twice/],
    [{ k: `api_keys: [ { name: web, sha256: ${DIGEST.toUpperCase()} } ]` }, /web is there twice/],
  ])('are refused with such a file as %j', (files, why) => {
    const found = faults({ top: `${keys}\napi_keys_file: k`, files });
    expect(found).toMatch(why);
    expect(found).not.toContain('my secret');
  });
});
