import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { deserialize, serialize } from 'node:v8';
import { faultLines } from '@rollcall/service-kit';
import { parseRoutesFile } from './parse-routes-file';

const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const PEM = `${rootCertificates[0] ?? ''}\n`;
const FILES: Readonly<Record<string, string>> = {
  'jwks.json': JSON.stringify({ keys: [jwk] }),
  'empty.json': '{"keys":[]}',
  'page.html': '<html>',
  secret: `${'s'.repeat(32)}\n`,
  short: `${'s'.repeat(31)}\n`,
  binary: `${'\ufffd'.repeat(40)}`,
  'ca.pem': PEM,
  'bad.pem': '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n',
};

interface Given {
  readonly issuers?: string;
  readonly jwt?: string;
  readonly more?: string;
  readonly allowsPlainHttp?: boolean;
}

const MAIN = '{ name: main, issuer: "https://idp/", jwks_url: "https://idp/jwks", algorithms: [ ES256 ] }';
const JWT = '{ issuers: [ main ], audience: [ orders ] }';

function parse({ issuers = `[ ${MAIN} ]`, jwt = JWT, more = '', allowsPlainHttp = false }: Given) {
  const text = `version: 1
jwt_issuers: ${issuers}
routes:
  - { path_prefix: /a, service: a, jwt: ${jwt} }
  ${more}
`;
  return parseRoutesFile(text, {
    file: 'routes.yaml',
    defaults: {
      picker: 'round_robin',
      headersTimeoutMs: 30_000,
      idleTimeoutMs: 60_000,
      maxAttempts: 3,
      attemptTimeoutMs: Infinity,
    },
    allowsPlainHttp,
    readBeside(file) {
      const text = FILES[file];
      return text === undefined ? { file, why: 'there is no such file' } : { file, text };
    },
  });
}
const policies = (given: Given) => {
  const parsed = parse(given);
  if ('faults' in parsed) throw new Error(faultLines(parsed.faults).join('\n'));
  return parsed.routes.map(({ policy }) => policy);
};
const faults = (given: Given) => {
  const parsed = parse(given);
  return 'faults' in parsed ? faultLines(parsed.faults).join('\n') : '';
};
const issuer = (rest: string) => `[ { name: main, issuer: "https://idp/", ${rest} } ]`;

describe('tokens in a routes file', () => {
  it('have defaults for what is not said', () => {
    expect(policies({})[0]?.jwt).toEqual({
      names: ['main'],
      issuers: [
        {
          name: 'main',
          issuer: 'https://idp/',
          algorithms: ['ES256'],
          keys: { from: 'url', url: 'https://idp/jwks' },
        },
      ],
      audience: ['orders'],
      clockToleranceSeconds: 30,
      requiredClaims: [],
      scopes: [],
      scopeClaim: 'scope',
      claimsToHeaders: {},
      from: [{ header: 'Authorization' }],
      keepsToken: true,
      isOptional: false,
    });
  });

  it.each([
    ['jwks_file: jwks.json, algorithms: [ ES256 ]', { from: 'file', jwks: FILES['jwks.json'] }],
    ['secret_file: secret, algorithms: [ HS256 ]', { from: 'secret', secret: 's'.repeat(32) }],
  ])('have keys in files: %s', (rest, keys) => {
    expect(policies({ issuers: issuer(rest) })[0]?.jwt?.issuers[0]?.keys).toEqual(keys);
  });

  it('have authorities of their own in a file', () => {
    const rest = 'jwks_url: "https://idp/jwks", ca_file: ca.pem, algorithms: [ ES256 ]';
    expect(policies({ issuers: issuer(rest) })[0]?.jwt?.issuers[0]?.keys).toEqual({
      from: 'url',
      url: 'https://idp/jwks',
      ca: PEM,
    });
  });

  it('may be asked for by every route, and not by one', () => {
    const text = `version: 1
defaults: { jwt: ${JWT} }
jwt_issuers: [ ${MAIN} ]
routes: [ { path_prefix: /a, service: a }, { path_prefix: /b, service: a, jwt: off } ]
`;
    const parsed = parseRoutesFile(text, {
      file: 'routes.yaml',
      defaults: policies({})[0] ?? fail(),
      readBeside: (file) => ({ file, why: 'not asked for' }),
    });
    expect('routes' in parsed && parsed.routes.map(({ policy }) => policy.jwt?.names)).toEqual([
      ['main'],
      undefined,
    ]);
  });

  it('have headers of claims that are kept from callers on every route of the service, and of no other', () => {
    const jwt = '{ issuers: [ main ], audience: off, claims_to_headers: { sub: X-User } }';
    const more = `- { path_prefix: /b, service: a }
  - { path_prefix: /c, service: c }
  - { path_prefix: /d, service: a, jwt: { issuers: [ main ], audience: off, claims_to_headers: { a: X-B } } }`;
    expect(policies({ jwt, more }).map(({ claimHeaders }) => claimHeaders)).toEqual([
      ['x-b', 'x-user'],
      ['x-b', 'x-user'],
      undefined,
      ['x-b', 'x-user'],
    ]);
  });

  it('are plain data, as workers get them', () => {
    const jwt = '{ issuers: [ main ], audience: off, claims_to_headers: { sub: X-User } }';
    const more = '- { path_prefix: /b, service: b, mirror: { service: c, percent: 1 } }';
    for (const issuers of [
      `[ ${MAIN} ]`,
      issuer('secret_file: secret, algorithms: [ HS256 ]'),
      issuer('jwks_file: jwks.json, algorithms: [ ES256 ]'),
      issuer('jwks_url: "https://idp/jwks", ca_file: ca.pem, algorithms: [ ES256 ]'),
    ]) {
      const before = policies({ issuers, jwt, more });
      expect(deserialize(serialize(before))).toEqual(before);
    }
  });

  it('may have keys over plain http where this machine may be asked, and nowhere else', () => {
    const issuers = issuer('jwks_url: "http://127.0.0.1/jwks", algorithms: [ ES256 ]');
    expect(faults({ issuers, allowsPlainHttp: true })).toBe('');
    expect(faults({ issuers })).toMatch(
      /^routes\.yaml:2:\d+: issuer main: jwks_url must be an https URL, and is one of http: keys/,
    );
    const verified = issuer('jwks_url: "http://127.0.0.1/jwks", ca_file: ca.pem, algorithms: [ ES256 ]');
    expect(faults({ issuers: verified, allowsPlainHttp: true })).toMatch(
      /issuer main: ca_file has no effect, since jwks_url is http, without TLS: remove it/,
    );
  });

  it.each<[string, RegExp]>([
    ['jwks_url: "https://idp/jwks"', /algorithms is missing/],
    ['jwks_url: "https://idp/jwks", algorithms: []', /algorithms/],
    ['jwks_url: "https://idp/jwks", algorithms: [ none ]', /algorithms\[0\] must be one of RS256/],
    ['algorithms: [ ES256 ]', /needs one of jwks_url, jwks_file and secret_file/],
    ['jwks_url: "https://a/", jwks_file: jwks.json, algorithms: [ ES256 ]', /must have only one of/],
    ['jwks_url: "https://a/", algorithms: [ ES256, HS256 ]', /contains HS256, which needs a shared secret/],
    ['jwks_file: jwks.json, algorithms: [ HS512 ]', /contains HS512, which needs a shared secret/],
    ['secret_file: secret, algorithms: [ HS256, RS256 ]', /contains RS256, which needs a public key/],
    ['secret_file: secret, algorithms: [ HS384 ]', /has a secret of 32 bytes, and HS384 needs at least 48/],
    [
      'secret_file: short, algorithms: [ HS256 ]',
      /short has a secret of 31 bytes, and HS256 needs at least 32/,
    ],
    ['secret_file: binary, algorithms: [ HS256 ]', /binary is not UTF-8 text/],
    ['secret_file: none, algorithms: [ HS256 ]', /none cannot be read: there is no such file/],
    ['jwks_file: empty.json, algorithms: [ ES256 ]', /empty\.json has no public key for ES256/],
    ['jwks_file: page.html, algorithms: [ ES256 ]', /page\.html is not a JWK Set/],
    ['jwks_file: jwks.json, algorithms: [ RS256 ]', /jwks\.json has no public key for RS256/],
    ['jwks_url: idp, algorithms: [ ES256 ]', /is not a URL/],
    [
      'jwks_url: "file:///etc/passwd", algorithms: [ ES256 ]',
      /must be an https URL, and is one of file: keys/,
    ],
    ['jwks_url: "https://a:b@idp/", algorithms: [ ES256 ]', /must not contain a user or a password/],
    [
      'jwks_url: "https://a/", ca_file: none, algorithms: [ ES256 ]',
      /ca_file none cannot be read: there is no such file/,
    ],
    [
      'jwks_url: "https://a/", ca_file: page.html, algorithms: [ ES256 ]',
      /ca_file page\.html holds no certificate in PEM/,
    ],
    [
      'jwks_url: "https://a/", ca_file: bad.pem, algorithms: [ ES256 ]',
      /ca_file bad\.pem holds a certificate that cannot be read/,
    ],
    [
      'jwks_file: jwks.json, ca_file: ca.pem, algorithms: [ ES256 ]',
      /ca_file has no effect without jwks_url/,
    ],
    ['secret_file: secret, ca_file: ca.pem, algorithms: [ HS256 ]', /ca_file has no effect without jwks_url/],
  ])('are refused with an issuer that says %s', (rest, why) => {
    const said = faults({ issuers: issuer(rest) });
    expect(said).toMatch(/^routes\.yaml:2:\d+: issuer main/);
    expect(said).toMatch(why);
    for (const secret of [FILES['secret'] ?? '', 'a:b@']) expect(said).not.toContain(secret.trim());
  });

  it.each<[Given, RegExp]>([
    [{ jwt: '{ issuers: [ main ] }' }, /:4:\d+: route \/a: jwt\.audience is missing/],
    [{ jwt: '{ audience: off }' }, /jwt\.issuers is missing/],
    [{ jwt: '{ issuers: [], audience: off }' }, /jwt\.issuers/],
    [{ jwt: '{ issuers: [ mian ], audience: off }' }, /contains mian, .*did you mean main\?/],
    [{ jwt: 'on' }, /jwt must be a map: \{ issuers: \[main\], audience: \[orders\] \}, or off/],
    [{ jwt: 'off' }, /:2:\d+: issuer main has no effect, since no route has it among jwt\.issuers/],
    [{ issuers: `[ ${MAIN}, ${MAIN} ]` }, /issuer main/],
    [
      { jwt: '{ issuers: [ main ], audience: off, from: [ {} ] }' },
      /from\[0\] needs one of header, cookie and query/,
    ],
    [
      { jwt: '{ issuers: [ main ], audience: off, from: [ { header: A, query: b } ] }' },
      /must have only one of/,
    ],
    [
      { jwt: '{ issuers: [ main ], audience: off, from: [ { header: Connection } ] }' },
      /is a hop-by-hop header/,
    ],
    [
      { jwt: '{ issuers: [ main ], audience: off, claims_to_headers: { sub: Host } }' },
      /is set by the gateway itself/,
    ],
    [
      { jwt: '{ issuers: [ main ], audience: off, claims_to_headers: { a: X-A, b: x-a } }' },
      /has two claims for the header x-a/,
    ],
    [
      { jwt: '{ issuers: [ main ], audience: off, clock_tolerance_seconds: 301 }' },
      /clock_tolerance_seconds/,
    ],
    [
      { more: '- { path_prefix: /b, service: a, rate_limit: { requests: 1, by: "claim:sub" } }' },
      /rate_limit\.by is claim:sub, but the route requires no token/,
    ],
    [
      { more: '- { path_prefix: /b, service: a, rate_limit: { requests: 1, by: "claim:" } }' },
      /must be client, key, route, or claim: and the name of a claim/,
    ],
  ])('are refused with %j', (given, why) => {
    expect(faults(given)).toMatch(why);
  });
});

function fail(): never {
  throw new Error('a route has a policy');
}
