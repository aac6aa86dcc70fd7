import { readHead, type HeadReading } from './received-head';

const read = (...raw: string[]): HeadReading =>
  readHead(raw, { peer: '192.0.2.1', clientCertificate: undefined });
const pseudo = [':method', 'GET', ':scheme', 'https', ':authority', 'shop.example', ':path', '/p?x=1'];
const fieldsOf = (reading: HeadReading): unknown =>
  'head' in reading ? reading.head.headers.toRaw() : reading.error.code;

describe('the head of a request over HTTP/2', () => {
  it('is what it would be over HTTP/1.1, with its authority as Host', () => {
    expect(read(...pseudo, 'x-two', '1', 'x-two', '2')).toMatchObject({
      head: { method: 'GET', url: '/p?x=1', httpVersion: '2.0', peer: '192.0.2.1' },
    });
    expect(fieldsOf(read(...pseudo, 'x-two', '1', 'x-two', '2'))).toEqual([
      'host',
      'shop.example',
      'x-two',
      '1',
      'x-two',
      '2',
    ]);
  });

  it.each([
    ['of one field', ['cookie', 'a=1'], ['cookie', 'a=1']],
    [
      'in crumbs',
      ['cookie', 'a=1', 'x-a', '1', 'cookie', 'b=2', 'cookie', 'c=3'],
      ['cookie', 'a=1; b=2; c=3', 'x-a', '1'],
    ],
  ])('has cookies %s as one field where the first one stood', (_how, given, wanted) => {
    expect(fieldsOf(read(...pseudo, ...given))).toEqual(['host', 'shop.example', ...wanted]);
  });

  it.each([
    ['a Host that is the same', ['host', 'SHOP.example'], ['host', 'shop.example']],
    ['a Host that differs', ['host', 'other.example'], 'BAD_REQUEST'],
    ['a Host with a port of its own', ['host', 'shop.example:8000'], 'BAD_REQUEST'],
    ['an empty Host', ['host', ''], 'BAD_REQUEST'],
  ])('with an authority and %s', (_what, given, wanted) => {
    expect(fieldsOf(read(...pseudo, ...given))).toEqual(wanted);
  });

  it('takes Host where there is no authority', () => {
    expect(fieldsOf(read(':method', 'GET', ':path', '/', 'host', 'a'))).toEqual(['host', 'a']);
  });

  it.each(['FOO', 'get', 'Get', '', 'PRI'])('does not know the method %j', (method) => {
    expect(fieldsOf(read(':method', method, ':path', '/'))).toBe('METHOD_NOT_IMPLEMENTED');
  });

  it('counts name, value and 32 bytes for each field, up to 16,384', () => {
    const bare = [':method', 'GET', ':path', '/'];
    const left = 16_384 - (7 + 3 + 32) - (5 + 1 + 32) - (1 + 32);
    expect(fieldsOf(read(...bare, 'a', 'x'.repeat(left)))).toHaveLength(2);
    expect(fieldsOf(read(...bare, 'a', 'x'.repeat(left + 1)))).toBe('HEADERS_TOO_LARGE');
  });
});
