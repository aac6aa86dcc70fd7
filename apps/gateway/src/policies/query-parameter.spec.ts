import { queryParameter, withoutQueryParameter } from './query-parameter';

const target = (query: string) => ({ path: '/a', query, host: 'h' });

describe('a query parameter', () => {
  it.each([
    ['?key=a', 'a'],
    ['?x&key=a%20b+c&key=d', 'a b c'],
    ['?KEY=a', undefined],
    ['?k%65y=a', 'a'],
    ['?key', ''],
    ['?', undefined],
    ['', undefined],
  ])('in %j is %j', (query, value) => expect(queryParameter(target(query), 'key')).toBe(value));

  it.each([
    ['?key=a', ''],
    ['?x=%2f&key=a&&y=+', '?x=%2f&&y=+'],
    ['?k%65y=a&key&keys=1', '?keys=1'],
    ['?key=a&key=b', ''],
  ])('is taken out of %j, which leaves %j', (query, left) => {
    expect(withoutQueryParameter(target(query), 'key').query).toBe(left);
  });
});
