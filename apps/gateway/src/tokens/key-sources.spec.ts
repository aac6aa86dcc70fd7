import type { JwtIssuer } from '../routing/policy-rules';
import type { Route } from '../routing/route';
import type { KeySource } from './key-source';
import { createKeySources } from './key-sources';

const issuer = (keys: Partial<JwtIssuer['keys'] & { from: 'url' }> = {}): JwtIssuer => ({
  name: 'main',
  issuer: 'https://idp/',
  algorithms: ['ES256'],
  keys: { from: 'url', url: 'https://idp/jwks', ...keys },
});

function routesOf(...issuers: readonly JwtIssuer[]): readonly Route[] {
  return issuers.map((one) => ({
    service: 'a',
    pathPrefix: '/a',
    stripPrefix: false,
    source: 'file',
    policy: {
      picker: 'round_robin',
      headersTimeoutMs: 1,
      idleTimeoutMs: 1,
      maxAttempts: 1,
      attemptTimeoutMs: 1,
      jwt: {
        names: [one.name],
        issuers: [one],
        audience: undefined,
        clockToleranceSeconds: 0,
        requiredClaims: [],
        scopes: [],
        scopeClaim: 'scope',
        claimsToHeaders: {},
        from: [],
        keepsToken: true,
        isOptional: false,
      },
    },
  }));
}

function rig() {
  const opened: string[] = [];
  const told: string[] = [];
  const sources = createKeySources({
    open({ keys }): KeySource {
      const name = keys.from === 'url' ? keys.url : keys.from;
      opened.push(name);
      return {
        isAvailable: true,
        count: 1,
        ageMs: undefined,
        find: () => undefined,
        refresh: () => undefined,
        trust: (ca) => told.push(`${name} ${ca}`),
        stop: () => told.push(`${name} stopped`),
      };
    },
  });
  return { sources, opened, told };
}

describe('the keys of the issuers of a routes file', () => {
  it('stay those of an issuer whose authorities are renewed, who is told of them', () => {
    const { sources, opened, told } = rig();
    sources.follow(routesOf(issuer({ ca: 'one' })));
    const before = sources.of(issuer({ ca: 'one' }));
    sources.follow(routesOf(issuer({ ca: 'two' })));
    sources.follow(routesOf(issuer()));
    expect(opened).toEqual(['https://idp/jwks']);
    expect(told).toEqual(['https://idp/jwks one', 'https://idp/jwks two', 'https://idp/jwks undefined']);
    // A request that began with the routes before finds them, too.
    expect(sources.of(issuer({ ca: 'one' }))).toBe(before);
    expect(sources.of(issuer())).toBe(before);
  });

  it('are other ones when they are fetched from elsewhere, or for other algorithms', () => {
    const { sources, opened, told } = rig();
    sources.follow(routesOf(issuer()));
    sources.follow(routesOf(issuer({ url: 'https://other/jwks' })));
    expect(opened).toEqual(['https://idp/jwks', 'https://other/jwks']);
    expect(told).toContain('https://idp/jwks stopped');
    expect(sources.of(issuer())).toBeUndefined();
    sources.follow(routesOf({ ...issuer({ url: 'https://other/jwks' }), algorithms: ['RS256'] }));
    expect(opened).toHaveLength(3);
  });

  it('are opened once for all routes that accept an issuer', () => {
    const { sources, opened } = rig();
    sources.follow(routesOf(issuer({ ca: 'one' }), issuer({ ca: 'one' })));
    expect(opened).toEqual(['https://idp/jwks']);
    expect(sources.entries().map(([name]) => name)).toEqual(['main']);
  });
});
