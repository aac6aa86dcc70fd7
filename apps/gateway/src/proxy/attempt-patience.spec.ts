import { attemptPatience, type AttemptFacts } from './attempt-patience';

const facts: AttemptFacts = {
  remainingMs: 30_000,
  attemptTimeoutMs: 1000,
  repeatable: () => true,
  attempt: 1,
  maxAttempts: 3,
  otherCandidate: () => true,
};

describe('attemptPatience', () => {
  it.each<[string, Partial<AttemptFacts>, number]>([
    ['is short while another instance could answer', {}, 1000],
    ['is short for every attempt but the last', { attempt: 2 }, 1000],
    ['is all that is left for the last attempt', { attempt: 3 }, 30_000],
    ['is all that is left when nobody else is there', { otherCandidate: () => false }, 30_000],
    ['is all that is left for what must not be repeated', { repeatable: () => false }, 30_000],
    ['never exceeds what is left', { remainingMs: 700.2 }, 701],
    ['is a time-out that transports take, when none is left', { remainingMs: 0 }, 1],
    ['is all that is left on a route that says nothing', { attemptTimeoutMs: Infinity }, 30_000],
  ])('%s', (_, given, patience) => {
    expect(attemptPatience({ ...facts, ...given })).toBe(patience);
  });
});
