import { accessDenial } from './access-denial';

const call = { method: 'POST', path: '/register', remoteAddress: '10.0.0.7' };
const fields = { event: 'access_denied', method: 'POST', path: '/register', remote_address: '10.0.0.7' };

describe('accessDenial', () => {
  it('says who was refused what', () => {
    expect(accessDenial({ kind: 'forbidden', actor: 'ci', needed: 'write:product' }, call)).toEqual({
      ...fields,
      reason: 'insufficient_scope',
      actor: 'ci',
      needed_scope: 'write:product',
    });
  });

  it('says that a secret was not the right one', () => {
    expect(accessDenial({ kind: 'wrong_stream_secret' }, call)).toEqual({
      ...fields,
      reason: 'wrong_stream_secret',
    });
  });

  it.each(['no_token', 'unknown_token'] as const)('says why nobody knows who it was: %s', (why) => {
    expect(accessDenial({ kind: 'unauthenticated', why }, call)).toEqual({ ...fields, reason: why });
  });
});
