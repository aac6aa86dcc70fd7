import { createVerifiedTokens, tokenDigest } from './verified-tokens';

const HOUR = 3_600_000;
const aKey = () => ({ isGone: false });

describe('verified tokens', () => {
  it.each([
    ['five minutes', HOUR, 300_000],
    ['their expiry', 1000, 1000],
  ])('are remembered until %s', (_what, expiresInMs, lastsMs) => {
    const tokens = createVerifiedTokens<string>();
    tokens.keep('a', 'alice', { expiresInMs, key: aKey() }, 100);
    expect(tokens.find('a', 100 + lastsMs - 1)).toBe('alice');
    expect(tokens.find('a', 100 + lastsMs)).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  it.each([0, -29_000])('are not remembered when they expire in %s ms, by the tolerance', (expiresInMs) => {
    const tokens = createVerifiedTokens<string>();
    tokens.keep('a', 'alice', { expiresInMs, key: aKey() }, 0);
    expect(tokens.size).toBe(0);
  });

  it('are forgotten with the key that has signed them, and others are not', () => {
    const tokens = createVerifiedTokens<string>();
    const withdrawn = aKey();
    tokens.keep('a', 'alice', { expiresInMs: HOUR, key: withdrawn }, 0);
    tokens.keep('b', 'bob', { expiresInMs: HOUR, key: aKey() }, 0);
    withdrawn.isGone = true;
    expect(tokens.find('a', 1)).toBeUndefined();
    expect(tokens.find('b', 1)).toBe('bob');
  });

  it('are so many at most, and the oldest makes room', () => {
    const tokens = createVerifiedTokens<number>(3);
    const keep = (digest: string, value: number) =>
      tokens.keep(digest, value, { expiresInMs: HOUR, key: aKey() }, 0);
    for (const [value, digest] of ['a', 'b', 'c', 'a', 'd'].entries()) keep(digest, value);
    expect(tokens.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].map((digest) => tokens.find(digest, 1))).toEqual([3, undefined, 2, 4]);
  });

  it('are known by a digest', () => {
    expect(tokenDigest('a.b.c')).not.toContain('a.b.c');
    expect(tokenDigest('a.b.c')).not.toBe(tokenDigest('a.b.d'));
  });
});
