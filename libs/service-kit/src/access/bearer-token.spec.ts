import { bearerToken } from './bearer-token';

describe('bearerToken', () => {
  it.each([
    ['Bearer abc.DEF-1_2~3+4/5==', 'abc.DEF-1_2~3+4/5=='],
    ['bearer abc', 'abc'],
    ['BEARER   abc  ', 'abc'],
    ['Bearer', ''],
    ['Bearer a b', 'a b'],
  ])('finds in "%s" the token "%s"', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([undefined, '', 'Basic YTpi', 'Bearerabc', 'abc'])('finds none in "%s"', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });
});
