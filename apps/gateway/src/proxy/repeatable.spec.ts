import { headerListOf } from '../headers/header-list';
import { isRepeatable } from './repeatable';

describe('isRepeatable', () => {
  it.each([
    ['a GET', 'GET', [], false, true],
    ['a POST', 'POST', [], true, false],
    ['a POST with a key', 'POST', ['Idempotency-Key', 'k'], true, true],
    ['a POST with a key on a route that does not say so', 'POST', ['Idempotency-Key', 'k'], false, false],
    ['a POST with an empty key', 'POST', ['Idempotency-Key', ''], true, false],
  ])('%s', (_, method, fields, retryByKey, expected) => {
    const policy = {
      picker: 'round_robin',
      headersTimeoutMs: 1,
      idleTimeoutMs: 1,
      maxAttempts: 3,
      attemptTimeoutMs: 1,
      retryByKey,
    } as const;
    expect(isRepeatable({ method, headers: headerListOf(fields) }, policy)).toBe(expected);
  });
});
