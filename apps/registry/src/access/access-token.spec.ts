import { secretDigest } from '@rollcall/service-kit';
import { sameTokens, sharedToken, type AccessToken } from './access-token';

const ci: AccessToken = { name: 'ci', digest: secretDigest('a token for ci'), scopes: ['read', 'write:*'] };

describe('sameTokens', () => {
  it('tells one list from another by everything in it', () => {
    const copy: AccessToken = { ...ci, digest: Buffer.from(ci.digest), scopes: [...ci.scopes] };
    expect(sameTokens([ci], [copy])).toBe(true);
    expect(sameTokens([ci], [{ ...ci, name: 'cd' }])).toBe(false);
    expect(sameTokens([ci], [{ ...ci, digest: secretDigest('another token') }])).toBe(false);
    expect(sameTokens([ci], [{ ...ci, scopes: ['read'] }])).toBe(false);
    expect(sameTokens([ci], [{ ...ci, scopes: ['read', 'admin'] }])).toBe(false);
    expect(sameTokens([ci], [])).toBe(false);
    expect(sameTokens([ci], [ci, ci])).toBe(false);
  });
});

describe('the shared token', () => {
  it('does not keep the token itself', () => {
    expect(JSON.stringify(sharedToken('a-very-secret-token'))).not.toContain('a-very-secret-token');
  });
});
