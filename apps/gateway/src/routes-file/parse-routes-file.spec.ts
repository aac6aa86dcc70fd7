import { faultLines } from '@rollcall/service-kit';
import { parseRoutesFile } from './parse-routes-file';

const defaults = {
  picker: 'round_robin',
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  maxAttempts: 3,
  attemptTimeoutMs: Infinity,
} as const;
const parse = (text: string, keys = '') =>
  parseRoutesFile(text, { file: 'routes.yaml', defaults, readBeside: (file) => ({ file, text: keys }) });
const faults = (text: string, keys?: string) => {
  const result = parse(text, keys);
  return 'faults' in result ? result.faults.map(({ path, message }) => `${path}: ${message}`) : [];
};
const lines = (text: string, keys?: string) => {
  const result = parse(text, keys);
  return 'faults' in result ? faultLines(result.faults) : [];
};

describe('parseRoutesFile', () => {
  it('takes what a route says, then what the file says, then the settings', () => {
    const text = `
version: 1
defaults:
  picker: random
  retries: { attempts: 2, attempt_timeout_ms: 700 }
routes:
  - { path_prefix: /a/, service: a, picker: weighted, timeouts: { headers_ms: 5 } }
  - { path_prefix: /b, service: b, host: Shop.Example, methods: [get], strip_prefix: true }
`;
    const twoAttempts = { ...defaults, maxAttempts: 2, attemptTimeoutMs: 700 };
    expect(parse(text)).toEqual({
      routes: [
        {
          service: 'a',
          pathPrefix: '/a',
          stripPrefix: false,
          source: 'file',
          policy: { ...twoAttempts, picker: 'weighted', headersTimeoutMs: 5, grpcHeadersTimeoutMs: 5 },
        },
        {
          service: 'b',
          pathPrefix: '/b',
          host: 'shop.example',
          methods: ['GET'],
          stripPrefix: true,
          source: 'file',
          policy: { ...twoAttempts, picker: 'random' },
        },
      ],
    });
  });

  it('lists everything that is wrong', () => {
    const text = `
version: 1
routes:
  - { path_prefix: a, service: a }
  - { path_prefix: /b, service: b, picker: fastest }
  - { path_prefix: /c, servic: c }
`;
    expect(faults(text).map((fault) => fault.split(':')[0])).toEqual([
      'routes.0.path_prefix',
      'routes.1.picker',
      'routes.2.service',
      'routes.2.servic',
    ]);
  });

  it.each([
    ['routes:\n  - {path_prefix: /livez, service: a}', /reserved for the gateway/],
    [
      'routes:\n  - {path_prefix: /a, service: a}\n  - {path_prefix: /a, service: b, methods: [GET]}',
      /duplicate/,
    ],
    ['routes: [', /./],
    ['routes: 7', /array/],
    ['routes: []\nroutes: []', /unique/],
  ])('refuses %s', (rest, why) => {
    expect(faults(`version: 1\n${rest}`).join()).toMatch(why);
  });

  it.each(['', 'null', '[]', 'version: 2\nroutes: []', 'version: 1'])('refuses "%s"', (text) => {
    expect(faults(text)).not.toEqual([]);
  });

  it('lets one path have a route a method', () => {
    const text = `
version: 1
routes:
  - { path_prefix: /a, service: reader, methods: [GET] }
  - { path_prefix: /a, service: writer, methods: [POST] }
`;
    expect(faults(text)).toEqual([]);
  });

  it.each([
    [
      'a word that is nearly one of those there are',
      'version: 1\nroutes:\n  - path_prefix: /a\n    service: a\n    picker: round_robbin\n',
      /^routes\.yaml:5:5: route \/a: picker must be one of round_robin, .*, and is round_robbin: did you mean round_robin\?$/,
    ],
    [
      'a key that is nearly one',
      'version: 1\nroutes:\n  - { path_prefix: /a, service: a, bodylimit_bytes: 5 }\n',
      /^routes\.yaml:3:36: route \/a: bodylimit_bytes is no key here: did you mean body_limit_bytes\?$/,
    ],
    [
      'a key of a map within',
      "version: 1\nroutes:\n  - path_prefix: /a\n    service: a\n    cors:\n      origin: ['*']\n      origins: ['*']\n",
      /^routes\.yaml:6:7: route \/a: cors\.origin is no key here: did you mean origins\?$/,
    ],
    [
      'a key far from all others',
      'version: 1\nzzzzzzzz: 1\nroutes: []\n',
      /^routes\.yaml:2:1: zzzzzzzz is no key here: there are version, defaults, /,
    ],
    [
      'what is missing, at what it is missing from',
      'version: 1\nroutes:\n\n  - path_prefix: /a\n',
      /^routes\.yaml:4:5: route \/a: service is missing$/,
    ],
    [
      'a route without a path, by its number',
      'version: 1\nroutes:\n  - service: a\n',
      /^routes\.yaml:3:5: route 1 of the list: path_prefix is missing$/,
    ],
    [
      'a path twice, and where the first is',
      'version: 1\nroutes:\n  - { path_prefix: /a, service: a }\n  - { path_prefix: /a/, service: b }\n',
      /^routes\.yaml:4:7: route \/a\/: path_prefix \/a is a duplicate: line 3 has the same path, host and method$/,
    ],
    [
      'what an alias stands for',
      'version: 1\ndefaults: &d { picker: nobody }\nroutes: []\n',
      /^routes\.yaml:2:16: defaults\.picker must be one of /,
    ],
    ['an empty file', '', /^routes\.yaml:1:1: the file is empty: write version: 1 and routes: \[\]$/],
    ['one with comments alone', '# nothing\n', /^routes\.yaml:1:1: the file is empty/],
    ['a list', '- a\n', /^routes\.yaml:1:1: must be a map of keys: write version: 1/],
    ['tabs', 'version: 1\nroutes:\n\t- a\n', /^routes\.yaml:3:1: not YAML: tabs cannot indent/],
    [
      'keys in the file beside it',
      'version: 1\napi_keys_file: keys.yaml\nroutes: []\n',
      /^keys\.yaml:3:3: API key web: sha256 must be 64 hexadecimal digits$/,
      `api_keys:\n- name: web\n  sha256: hunter2\n`,
    ],
  ])('says in which line is wrong: %s', (_what, text, line, keys = '') => {
    expect(lines(text, keys)[0]).toMatch(line);
    expect(lines(text, keys).join()).not.toContain('hunter2');
  });

  it('names twenty faults, and how many more there are', () => {
    const routes = Array.from({ length: 25 }, (_, index) => `  - { path_prefix: /${index} }`);
    const found = lines(`version: 1\nroutes:\n${routes.join('\n')}\n`);
    expect([found.length, found.at(-1)]).toEqual([21, 'and 5 more']);
  });
});
