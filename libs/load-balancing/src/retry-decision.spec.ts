import fc from 'fast-check';
import type { Outcome } from './outcome';
import { decideRetry, type FailedAttempt, type RetryDecision } from './retry-decision';

const failed = (given: Partial<FailedAttempt>): FailedAttempt => ({
  outcome: 'refused',
  idempotent: true,
  bodyReplayable: true,
  attempt: 1,
  maxAttempts: 3,
  timeLeft: true,
  budgetLeft: true,
  otherCandidate: true,
  socketReused: false,
  ...given,
});

const elsewhere: RetryDecision = { retry: true, on: 'another', spendsBudget: false };
const elsewhereAtACost: RetryDecision = { retry: true, on: 'another', spendsBudget: true };
const refusal = (why: string) => ({ retry: false, why });

const cases: readonly (readonly [string, Partial<FailedAttempt>, object])[] = [
  ['a refused POST goes elsewhere', { idempotent: false }, elsewhere],
  ['an unreachable POST goes elsewhere', { outcome: 'unreachable', idempotent: false }, elsewhere],
  ['a refusal needs no budget', { budgetLeft: false }, elsewhere],
  ['a reset GET goes elsewhere, at a cost', { outcome: 'reset-before-response' }, elsewhereAtACost],
  [
    'a reset POST is not repeated',
    { outcome: 'reset-before-response', idempotent: false },
    refusal('not-idempotent'),
  ],
  ['a body that was taken cannot be repeated', { bodyReplayable: false }, refusal('body-taken')],
  ['attempts are bounded', { attempt: 3 }, refusal('attempts-spent')],
  ['time is bounded', { timeLeft: false }, refusal('no-time-left')],
  ['a reset needs budget', { outcome: 'reset-before-response', budgetLeft: false }, refusal('budget-spent')],
  ['nobody else refuses less', { otherCandidate: false }, refusal('no-candidate')],
  [
    'the sole instance is tried again when a kept connection died',
    { outcome: 'reset-before-response', otherCandidate: false, socketReused: true },
    { retry: true, on: 'same', spendsBudget: true },
  ],
  [
    'the sole instance is not tried again when a new connection died',
    { outcome: 'reset-before-response', otherCandidate: false },
    refusal('no-candidate'),
  ],
  [
    'a kept connection that refuses to answer is not a race',
    { outcome: 'headers-timeout', otherCandidate: false, socketReused: true },
    refusal('no-candidate'),
  ],
  ['an answer that broke off is final', { outcome: 'body-idle-timeout' }, refusal('not-retryable')],
  ['an answer is final', { outcome: 'response' }, refusal('not-retryable')],
  ['a caller who left needs no answer', { outcome: 'downstream-aborted' }, refusal('not-retryable')],
];

describe('decideRetry', () => {
  it.each(cases)('%s', (_, given, decision) => {
    expect(decideRetry(failed(given))).toEqual(decision);
  });

  it('never repeats what is not idempotent once it may have been seen', () => {
    const sent = fc.constantFrom<Outcome>('reset-before-response', 'bad-response', 'headers-timeout');
    const facts = fc.record({
      outcome: sent,
      bodyReplayable: fc.boolean(),
      attempt: fc.integer({ min: 1, max: 5 }),
      maxAttempts: fc.integer({ min: 1, max: 5 }),
      timeLeft: fc.boolean(),
      budgetLeft: fc.boolean(),
      otherCandidate: fc.boolean(),
      socketReused: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (given) => {
        expect(decideRetry({ ...given, idempotent: false }).retry).toBe(false);
      }),
    );
  });
});
