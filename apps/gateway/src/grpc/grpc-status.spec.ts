import fc from 'fast-check';
import { gatewayError } from '../errors';
import type { ERROR_KINDS } from '../error-kinds';
import { isFieldValue } from '../headers/field-value';
import { grpcErrorFields, grpcStatusOf, parseGrpcStatus } from './grpc-status';

type Code = keyof typeof ERROR_KINDS;

describe('grpcStatusOf', () => {
  it.each<[number, Code[]]>([
    [4, ['DEADLINE_EXCEEDED']],
    [7, ['API_KEY_FORBIDDEN', 'ORIGIN_NOT_ALLOWED']],
    [8, ['RATE_LIMITED', 'BODY_TOO_LARGE', 'HEADERS_TOO_LARGE', 'URI_TOO_LONG', 'TOO_MANY_HELD_FOR_CALLER']],
    [12, ['NO_ROUTE', 'METHOD_NOT_ALLOWED', 'METHOD_NOT_IMPLEMENTED', 'UPSTREAM_WITHOUT_HTTP2']],
    [13, ['BAD_REQUEST', 'AMBIGUOUS_PATH', 'UPSTREAM_BAD_RESPONSE', 'INTERNAL_ERROR', 'LOOP']],
    [14, ['NO_INSTANCE', 'NOT_SYNCED', 'UPSTREAM_REFUSED', 'UPSTREAM_UNREACHABLE', 'UPSTREAM_RESET']],
    [14, ['UPSTREAM_TIMEOUT', 'UPSTREAM_CONNECT_TIMEOUT', 'SERVICE_OVERLOADED', 'TOO_MANY_HELD']],
    [16, ['API_KEY_REQUIRED', 'API_KEY_UNKNOWN']],
  ])('is %d for %j', (status, codes) => {
    expect(codes.map((code) => grpcStatusOf(gatewayError(code)))).toEqual(codes.map(() => status));
  });
});

describe('grpcErrorFields', () => {
  it('say the status, the message, and when to try again', () => {
    const error = gatewayError('RATE_LIMITED', {
      message: 'zu viele: 100 % für "a"',
      headers: { 'Retry-After': '5' },
    });
    expect(grpcErrorFields(error, 'application/grpc+proto')).toEqual({
      'Content-Type': 'application/grpc+proto',
      'grpc-status': '8',
      'grpc-message': 'zu viele: 100 %25 f%C3%BCr "a"',
      'grpc-retry-pushback-ms': '5000',
      'Proxy-Status': 'rollcall; error=http_request_denied',
    });
  });

  it('are field values whatever the message is, and decode to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (message) => {
        const value =
          grpcErrorFields(gatewayError('NO_ROUTE', { message }), 'application/grpc')['grpc-message'] ?? '';
        expect(isFieldValue(value)).toBe(true);
        expect(decodeURIComponent(value)).toBe(message);
      }),
    );
  });
});

describe('parseGrpcStatus', () => {
  it.each([
    ['0', 0],
    ['14', 14],
    ['16', 16],
    ['17', undefined],
    ['99', undefined],
    ['-1', undefined],
    ['OK', undefined],
    [undefined, undefined],
  ])('of %p is %p', (value, status) => {
    expect(parseGrpcStatus(value)).toBe(status);
  });
});
