import { headerListOf, ownField } from './header-list';

describe('a header list', () => {
  it('keeps order, spelling and duplicates, and is asked by names in lower case', () => {
    const headers = headerListOf(['Set-Cookie', 'a', 'X-One', '1', 'set-cookie', 'b']);
    expect(headers.all('set-cookie')).toEqual(['a', 'b']);
    expect(headers.names).toEqual(['set-cookie', 'x-one', 'set-cookie']);
    headers.set('X-ONE', '2');
    headers.append(ownField('Via'), '1.1 here');
    headers.removeWhere((name) => name === 'set-cookie');
    expect(headers.toRaw()).toEqual(['X-ONE', '2', 'Via', '1.1 here']);
    expect(headers.names).toEqual(['x-one', 'via']);
  });

  it('has a copy that is changed by itself', () => {
    const headers = headerListOf(['X-One', '1']);
    const copy = headers.copy();
    copy.set(ownField('X-One'), '2');
    copy.append('X-Two', '2');
    expect([headers.toRaw(), copy.toRaw()]).toEqual([
      ['X-One', '1'],
      ['X-One', '2', 'X-Two', '2'],
    ]);
  });

  it.each<[string, (headers: ReturnType<typeof headerListOf>) => void]>([
    ['appended', (headers) => headers.append('X-Bad', 'a\r\nX-Evil: 1')],
    ['set', (headers) => headers.set('X-Bad', 'a\nb')],
    ['replaced', (headers) => headers.replace('x-bad', () => 'a\0')],
    ['appended with a DEL', (headers) => headers.append('X-Bad', '1\x7f')],
  ])('says which field is malformed when it was %s, and so does its copy', (_, change) => {
    const headers = headerListOf(['X-Bad', 'good']);
    expect(headers.malformed).toBeUndefined();
    change(headers);
    headers.append('X-Good', '1');
    expect(headers.malformed?.toLowerCase()).toBe('x-bad');
    expect(headers.copy().malformed?.toLowerCase()).toBe('x-bad');
  });

  it.each([
    [['X Y', 'a'], 'X Y'],
    [['', 'a'], ''],
    [['X', 'Ā'], 'X'],
    [['X', 'caf\xe9\t!'], undefined],
  ])('made of %j says so from the beginning', (raw, malformed) => {
    expect(headerListOf(raw).malformed).toBe(malformed);
  });
});
