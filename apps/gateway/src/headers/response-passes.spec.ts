import { headerListOf } from './header-list';
import { passResponseHeaders } from './response-passes';

const passed = (raw: readonly string[], received = '1.1') => {
  const headers = headerListOf(raw);
  passResponseHeaders(headers, { requestId: 'r1', pseudonym: 'rollcall-1' }, received);
  return headers.toRaw();
};

describe('response header passes', () => {
  it('keep every cookie apart', () => {
    expect(passed(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).slice(0, 4)).toEqual([
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
    ]);
  });

  it('drop what concerns the hop behind, and say whom it came through', () => {
    expect(passed(['Connection', 'close, X-Hop', 'X-Hop', '1', 'Keep-Alive', 'timeout=5'])).toEqual([
      ...['Via', '1.1 rollcall-1', 'X-Request-Id', 'r1'],
    ]);
  });

  it.each(['1.0', '1.1', '2.0'])('say that it came by HTTP/%s', (version) => {
    expect(passed([], version)).toEqual(['Via', `${version} rollcall-1`, 'X-Request-Id', 'r1']);
  });

  it('name the request once', () => {
    expect(passed(['x-request-id', 'r1'])).toEqual(['x-request-id', 'r1', 'Via', '1.1 rollcall-1']);
  });
});
