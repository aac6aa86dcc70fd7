import { plainAddress } from './plain-address';

describe('plainAddress', () => {
  it.each([
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::FFFF:10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '10.0.0.7'],
    ['::ffff:a00:7', '::ffff:a00:7'],
    ['unknown', 'unknown'],
    ['::1', '::1'],
  ])('of %s is %s', (given, expected) => {
    expect(plainAddress(given)).toBe(expected);
  });
});
