import { headersTimeout, idleTimeout } from '../adapters/http1/attempt-errors';
import { noStreamLeft } from '../adapters/http2/stream-errors';
import { attemptError } from './attempt-error';

describe('the error of an attempt that was the last', () => {
  it.each([
    ['an answer that does not begin', headersTimeout(), 'UPSTREAM_TIMEOUT', /did not start to respond/],
    ['a body that is not taken', idleTimeout(), 'UPSTREAM_TIMEOUT', /stopped taking the body of the request/],
    [
      'no room for a stream',
      noStreamLeft({ open: 8, closing: 0 }),
      'SERVICE_OVERLOADED',
      /^(?!.*max_in_flight).*HTTP\/2/,
    ],
  ])('names %s', (_, error, code, message) => {
    const { outcome } = error;
    const told = attemptError({ outcome, error });
    expect([told.code, told.cause]).toEqual([code, error]);
    expect(told.message).toMatch(message);
  });
});
