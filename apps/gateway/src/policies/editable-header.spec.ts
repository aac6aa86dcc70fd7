import { headerNameFault, headerValueFault } from './editable-header';

describe('what a routes file may do with fields', () => {
  it.each(['X-A', 'Cache-Control', 'strict-transport-security', 'Server', 'X-Forwarded-For'])(
    'lets it touch %s',
    (name) => expect(headerNameFault(name)).toBeUndefined(),
  );

  it.each([
    'Connection',
    'transfer-encoding',
    'Content-Length',
    'Keep-Alive',
    'Upgrade',
    'TE',
    'Trailer',
    'Proxy-Authorization',
    'Host',
    'Via',
    'Expect',
    '',
    'X A',
    'X:A',
    'X-A\r\nX-B',
    'X-Ä',
  ])('does not let it touch %j', (name) => expect(headerNameFault(name)).toBeDefined());

  it.each(['', 'a', 'a b', 'max-age=1; x="y"'])('takes the value %j', (value) =>
    expect(headerValueFault(value)).toBeUndefined(),
  );

  it.each(['a\r\nX-B: c', 'a\nb', ' a', 'a ', 'ä', 'a\0', 'a'.repeat(4097)])(
    'does not take the value %j',
    (value) => expect(headerValueFault(value)).toBeDefined(),
  );
});
