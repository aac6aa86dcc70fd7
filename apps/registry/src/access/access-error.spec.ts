import { accessError } from './access-error';

describe('accessError', () => {
  it('tells whoever brought no token how to, and of no error', () => {
    expect(accessError({ kind: 'unauthenticated', why: 'no_token' })).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
      headers: { 'WWW-Authenticate': 'Bearer realm="rollcall"' },
    });
  });

  it('says that a token is not known', () => {
    expect(accessError({ kind: 'unauthenticated', why: 'unknown_token' })).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
      headers: { 'WWW-Authenticate': 'Bearer realm="rollcall", error="invalid_token"' },
    });
  });

  it('names the scope that is lacking', () => {
    expect(accessError({ kind: 'forbidden', actor: 'ci', needed: 'write:product' })).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      message:
        'The token of "ci" lacks the scope write:product. Add it in the tokens file, or use another token.',
      headers: {
        'WWW-Authenticate': 'Bearer realm="rollcall", error="insufficient_scope", scope="write:product"',
      },
    });
  });

  it.each(['write:x", realm="evil', 'write:x\r\nSet-Cookie: a=b', 'write:é'] as const)(
    'keeps an unchecked name out of the header: %j',
    (needed) => {
      expect(accessError({ kind: 'forbidden', actor: 'ci', needed }).headers).toEqual({
        'WWW-Authenticate': 'Bearer realm="rollcall", error="insufficient_scope"',
      });
    },
  );
});
