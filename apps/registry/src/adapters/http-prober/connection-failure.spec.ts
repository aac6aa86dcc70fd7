import { connectionFailure } from './connection-failure';

const error = (code: string): Error => Object.assign(new Error(code), { code });
const all = (...codes: string[]): Error =>
  Object.assign(new AggregateError(codes.map(error)), { code: codes[0] });

describe('a connection that does not come about', () => {
  it.each([
    ['somebody says that nobody listens', error('ECONNREFUSED'), 'refused'],
    ['the kernel gives up', error('ETIMEDOUT'), 'timed_out'],
    ['there is no way', error('EHOSTUNREACH'), 'unreachable'],
    ['there is no network', error('ENETUNREACH'), 'unreachable'],
    ['there is no such name', error('ENOTFOUND'), 'unreachable'],
    ['it is not allowed', error('FORBIDDEN_ADDRESS'), 'unreachable'],
    ['nobody says why', new Error('?'), 'unreachable'],
    ['nobody listens at any address', all('ECONNREFUSED', 'ECONNREFUSED'), 'refused'],
    ['one address refuses, of the other nothing is known', all('ECONNREFUSED', 'ETIMEDOUT'), 'unreachable'],
    ['no address answers', all('ETIMEDOUT', 'ETIMEDOUT'), 'timed_out'],
    ['no address is tried', Object.assign(new AggregateError([]), { code: 'ENETUNREACH' }), 'unreachable'],
  ])('because %s', (_why, failure, outcome) => {
    expect(connectionFailure(failure)).toBe(outcome);
  });
});
