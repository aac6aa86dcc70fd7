import { KEY_LIFETIME_MS, priorUse } from './idempotent-request';

const usedAt = 1_700_000_000_000;
const stored = { key: 'k', fingerprint: 'f', resourceId: 'r', usedAt };

describe('the prior use of a key', () => {
  test.each([
    ['a key never seen', undefined, 'f', usedAt, { kind: 'none' }],
    ['the same request', stored, 'f', usedAt, { kind: 'same', resourceId: 'r' }],
    ['another request', stored, 'g', usedAt, { kind: 'different' }],
    [
      'the last moment of its 24 h',
      stored,
      'f',
      usedAt + KEY_LIFETIME_MS - 1,
      { kind: 'same', resourceId: 'r' },
    ],
    ['the end of its 24 h', stored, 'f', usedAt + KEY_LIFETIME_MS, { kind: 'none' }],
    ['another request after its 24 h', stored, 'g', usedAt + KEY_LIFETIME_MS, { kind: 'none' }],
    ['a first use by a clock that is ahead', stored, 'f', usedAt - 5000, { kind: 'same', resourceId: 'r' }],
  ])('%s', (_what, use, fingerprint, now, expected) => {
    expect(priorUse(use, { key: 'k', fingerprint }, now)).toEqual(expected);
  });
});
