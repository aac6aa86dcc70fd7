import { errors } from 'undici';
import { outcomeOf } from './attempt-outcome';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('outcomeOf', () => {
  it.each([
    ['a closed port', coded('ECONNREFUSED'), false, 'refused'],
    ['a name that does not resolve', coded('ENOTFOUND'), false, 'unreachable'],
    ['no route', coded('EHOSTUNREACH'), false, 'unreachable'],
    ['a slow connection', new errors.ConnectTimeoutError(), false, 'unreachable'],
    ['a certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), false, 'unreachable'],
    ['an upstream retired while it waited', new errors.ClientDestroyedError(), false, 'unreachable'],
    ['a reset', coded('ECONNRESET'), true, 'reset-before-response'],
    ['a closed socket', new errors.SocketError('other side closed'), true, 'reset-before-response'],
    ['silence', new errors.HeadersTimeoutError(), true, 'headers-timeout'],
    ['silence within the body', new errors.BodyTimeoutError(), true, 'body-idle-timeout'],
    ['what is not HTTP', new errors.HTTPParserError('no'), true, 'bad-response'],
    ['a 100 nobody asked for', new errors.SocketError('bad response'), true, 'bad-response'],
    ['endless fields', new errors.HeadersOverflowError(), true, 'bad-response'],
    ['a field Node will not send', coded('ERR_INVALID_CHAR'), true, 'bad-response'],
    [
      'a request undici will not send',
      new errors.InvalidArgumentError('invalid header'),
      false,
      'unsendable',
    ],
  ])('%s', (_, error, sent, expected) => {
    expect(outcomeOf(error, sent)).toBe(expected);
  });
});
