import { secretDigest } from '@rollcall/service-kit';
import fc from 'fast-check';
import { sharedToken, type AccessToken } from './access-token';
import { authenticate, authorise, OPEN_ACCESS, type AccessRule } from './authorise';
import type { NeededScope, Scope } from './scope';

const token = (name: string, secret: string, ...scopes: readonly Scope[]): AccessToken => ({
  name,
  digest: secretDigest(secret),
  scopes,
});

const judge = (rule: AccessRule, presented: string | undefined, needed: NeededScope) =>
  authorise(authenticate(rule, presented), needed);

const rule: AccessRule = {
  kind: 'tokens',
  tokens: [
    token('gateway', 'token-of-the-gateway', 'read'),
    token('product', 'token-of-product', 'read', 'write:product'),
    token('operator', 'token-of-the-operator', 'read', 'admin'),
  ],
};

describe('authorise', () => {
  it.each<[string | undefined, NeededScope, object]>([
    ['token-of-the-gateway', 'read', { kind: 'granted', actor: 'gateway' }],
    ['token-of-product', 'write:product', { kind: 'granted', actor: 'product' }],
    ['token-of-product', 'write', { kind: 'granted', actor: 'product' }],
    ['token-of-the-operator', 'admin', { kind: 'granted', actor: 'operator' }],
    ['token-of-product', 'write:order', { kind: 'forbidden', actor: 'product', needed: 'write:order' }],
    ['token-of-the-gateway', 'write', { kind: 'forbidden', actor: 'gateway', needed: 'write' }],
    [
      'token-of-the-operator',
      'write:product',
      { kind: 'forbidden', actor: 'operator', needed: 'write:product' },
    ],
    [undefined, 'read', { kind: 'unauthenticated', why: 'no_token' }],
    ['', 'read', { kind: 'unauthenticated', why: 'unknown_token' }],
    ['token-of-the-gateway ', 'read', { kind: 'unauthenticated', why: 'unknown_token' }],
    ['token-of-the-gatewa', 'read', { kind: 'unauthenticated', why: 'unknown_token' }],
  ])('%s for %s: %j', (presented, needed, expected) => {
    expect(judge(rule, presented, needed)).toMatchObject(expected);
  });

  it('takes no digest for its token', () => {
    const digest = secretDigest('token-of-product').toString('hex');
    expect(judge(rule, digest, 'read')).toEqual({ kind: 'unauthenticated', why: 'unknown_token' });
  });

  it('lets everybody do everything where access is open', () => {
    expect(judge(OPEN_ACCESS, undefined, 'admin')).toMatchObject({ kind: 'granted', actor: 'anonymous' });
  });

  it('lets nobody in where there are no tokens', () => {
    expect(judge({ kind: 'tokens', tokens: [] }, '', 'read').kind).toBe('unauthenticated');
  });

  it('gives the shared token everything', () => {
    const shared: AccessRule = { kind: 'tokens', tokens: [sharedToken('one-token-for-all')] };
    expect(judge(shared, 'one-token-for-all', 'admin')).toMatchObject({
      kind: 'granted',
      actor: 'shared-token',
    });
  });

  it('lets in exactly the tokens there are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.string(), (secrets, presented) => {
        const tokens = secrets.map((secret, index) => token(`bearer-${index}`, secret, 'read'));
        const result = judge({ kind: 'tokens', tokens }, presented, 'read');
        const index = secrets.indexOf(presented);
        expect(result.kind === 'granted' ? result.actor : 'nobody').toBe(
          index < 0 ? 'nobody' : `bearer-${index}`,
        );
      }),
    );
  });
});
