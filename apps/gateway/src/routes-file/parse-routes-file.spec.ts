import { parseRoutesFile } from './parse-routes-file';

const defaults = {
  picker: 'round_robin',
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  maxAttempts: 3,
  attemptTimeoutMs: Infinity,
} as const;
const noFile = (): never => {
  throw new Error('no such file');
};
const parse = (text: string, readBeside: (path: string) => string = noFile) =>
  parseRoutesFile(text, { defaults, readBeside });
const faults = (text: string, readBeside?: (path: string) => string) => {
  const result = parse(text, readBeside);
  return 'faults' in result ? result.faults.map(({ path, message }) => `${path}: ${message}`) : [];
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
          policy: { ...twoAttempts, picker: 'weighted', headersTimeoutMs: 5 },
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
    ['routes:\n  - {path_prefix: /livez, service: a}', /own path/],
    [
      'routes:\n  - {path_prefix: /a, service: a}\n  - {path_prefix: /a, service: b, methods: [GET]}',
      /twice/,
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
});
