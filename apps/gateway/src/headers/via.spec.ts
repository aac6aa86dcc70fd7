import { hasPassed } from './via';

describe('hasPassed', () => {
  it.each([
    [[], false],
    [['1.1 me'], true],
    [['1.1 edge, 1.0 me (comment)'], true],
    [['1.1 edge', 'HTTP/1.1 me'], true],
    [['1.1 me2, 1.1 some me'], false],
  ])('%p: %p', (via, expected) => {
    expect(hasPassed(via, 'me')).toBe(expected);
  });
});
