import { attemptVerdict, type AttemptVerdict } from './attempt-verdict';
import type { Outcome } from './outcome';

describe('attemptVerdict', () => {
  it.each<[Outcome, number, AttemptVerdict]>([
    ['response', 200, 'answered'],
    ['response', 404, 'answered'],
    ['response', 500, 'answered'],
    ['response', 501, 'answered'],
    ['response', 502, 'failed'],
    ['response', 503, 'failed'],
    ['response', 504, 'failed'],
    ['response', 505, 'answered'],
    ['refused', 0, 'not-connected'],
    ['unreachable', 0, 'not-connected'],
    ['reset-before-response', 0, 'failed'],
    ['bad-response', 0, 'failed'],
    ['headers-timeout', 0, 'failed'],
    ['body-idle-timeout', 200, 'failed'],
    ['unprocessed', 0, 'nothing'],
    ['overloaded', 0, 'nothing'],
    ['downstream-aborted', 0, 'nothing'],
  ])('of %s (%p) is: %s', (outcome, status, verdict) => {
    expect(attemptVerdict(outcome, status, false)).toBe(verdict);
  });

  it('holds nothing against an instance that closed a kept connection', () => {
    expect(attemptVerdict('reset-before-response', 0, true)).toBe('nothing');
    expect(attemptVerdict('headers-timeout', 0, true)).toBe('failed');
  });
});
