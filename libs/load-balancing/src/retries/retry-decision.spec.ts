import fc from 'fast-check';
import type { Outcome } from '../health/outcome';
import { decideRetry, type FailedAttempt, type OtherCandidate, type RetryDecision } from './retry-decision';

const failed = (given: Partial<FailedAttempt>): FailedAttempt => ({
  outcome: 'refused',
  idempotent: true,
  bodyReplayable: true,
  attempts: 1,
  attemptsSent: 1,
  maxAttempts: 3,
  timeLeft: true,
  budgetLeft: true,
  other: 'available',
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
  [
    'a POST that was not processed goes elsewhere, without budget',
    { outcome: 'unprocessed', idempotent: false, budgetLeft: false },
    elsewhere,
  ],
  [
    'what was not processed cannot be repeated without its body',
    { outcome: 'unprocessed', bodyReplayable: false },
    refusal('body-taken'),
  ],
  [
    'the sole instance is asked again for what it has not processed',
    { outcome: 'unprocessed', idempotent: false, other: 'none' },
    { retry: true, on: 'same', spendsBudget: false },
  ],
  [
    'a POST for which there was no room goes elsewhere, without budget',
    { outcome: 'overloaded', idempotent: false, budgetLeft: false },
    elsewhere,
  ],
  [
    'the sole instance is not asked again while it has no room',
    { outcome: 'overloaded', other: 'none', socketReused: true },
    refusal('no-candidate'),
  ],
  [
    'what is not processed over and over ends',
    { outcome: 'unprocessed', other: 'none', attempts: 10, attemptsSent: 0 },
    refusal('attempts-spent'),
  ],
  [
    'attempts that were sent are bounded',
    { outcome: 'reset-before-response', attempts: 3, attemptsSent: 3 },
    refusal('attempts-spent'),
  ],
  ['attempts that were never sent do not count', { attempts: 5, attemptsSent: 0 }, elsewhere],
  ['nor do they go on for ever', { attempts: 10, attemptsSent: 0 }, refusal('attempts-spent')],
  ['one attempt is one attempt', { attempts: 1, attemptsSent: 0, maxAttempts: 1 }, refusal('attempts-spent')],
  ['who is left out is a last resort', { other: 'last-resort' }, elsewhere],
  [
    'the only one that is well is tried again before a last resort',
    { outcome: 'reset-before-response', other: 'last-resort', socketReused: true },
    { retry: true, on: 'same', spendsBudget: true },
  ],
  ['time is bounded', { timeLeft: false }, refusal('no-time-left')],
  ['a reset needs budget', { outcome: 'reset-before-response', budgetLeft: false }, refusal('budget-spent')],
  ['nobody else refuses less', { other: 'none' }, refusal('no-candidate')],
  [
    'the sole instance is tried again when a kept connection died',
    { outcome: 'reset-before-response', other: 'none', socketReused: true },
    { retry: true, on: 'same', spendsBudget: true },
  ],
  [
    'the sole instance is not tried again when a new connection died',
    { outcome: 'reset-before-response', other: 'none' },
    refusal('no-candidate'),
  ],
  [
    'a kept connection that refuses to answer is not a race',
    { outcome: 'headers-timeout', other: 'none', socketReused: true },
    refusal('no-candidate'),
  ],
  ['an answer that broke off is final', { outcome: 'body-idle-timeout' }, refusal('not-retryable')],
  ['an answer is final', { outcome: 'response' }, refusal('not-retryable')],
  ['a declined POST goes elsewhere, at a cost', { outcome: 'declined', idempotent: false }, elsewhereAtACost],
  [
    'a declined request needs its body',
    { outcome: 'declined', bodyReplayable: false },
    refusal('body-taken'),
  ],
  ['and budget', { outcome: 'declined', budgetLeft: false }, refusal('budget-spent')],
  ['and counts as sent', { outcome: 'declined', attempts: 3, attemptsSent: 3 }, refusal('attempts-spent')],
  [
    'who declines is not asked again',
    { outcome: 'declined', other: 'none', socketReused: true },
    refusal('no-candidate'),
  ],
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
      attempts: fc.integer({ min: 1, max: 5 }),
      attemptsSent: fc.integer({ min: 1, max: 5 }),
      maxAttempts: fc.integer({ min: 1, max: 5 }),
      timeLeft: fc.boolean(),
      budgetLeft: fc.boolean(),
      other: fc.constantFrom<OtherCandidate>('available', 'last-resort', 'none'),
      socketReused: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (given) => {
        expect(decideRetry({ ...given, idempotent: false }).retry).toBe(false);
      }),
    );
  });
});
