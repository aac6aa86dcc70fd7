import fc from 'fast-check';
import { headerListOf } from '../headers/header-list';
import { formatGrpcTimeout, grpcContentType, grpcTimeoutMs, needsHttp2 } from './grpc-request';

const asked = (method: string, type?: string) => ({
  method,
  headers: headerListOf(type === undefined ? [] : ['Content-Type', type]),
});
const timeout = (value: string) => grpcTimeoutMs(headerListOf(['grpc-timeout', value]));

describe('grpcContentType', () => {
  it.each([
    'application/grpc',
    'application/grpc+proto',
    'application/grpc;charset=utf-8',
    'application/grpc-web-text',
  ])('is that of a request with %s', (type) => {
    expect(grpcContentType(asked('POST', type))).toBe(type);
  });

  it.each([
    ['GET', 'application/grpc'],
    ['POST', 'application/grpcish'],
    ['POST', 'application/json'],
    ['POST', undefined],
  ])('is none for %s with %s', (method, type) => {
    expect(grpcContentType(asked(method, type))).toBeUndefined();
  });

  it('of gRPC-Web needs no HTTP/2', () => {
    expect(
      ['application/grpc', 'application/grpc+proto', 'application/grpc-web+proto'].map(needsHttp2),
    ).toEqual([true, true, false]);
  });
});

describe('grpcTimeoutMs', () => {
  it.each([
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['99999999m', 99_999_999],
    ['1000u', 1],
    ['1000000n', 1],
    ['0m', 0],
  ])('of %s is %d', (value, ms) => {
    expect(timeout(value)).toBeCloseTo(ms);
  });

  it.each(['', '5', 'S', '-1S', '1.5S', '123456789S', '1s', '1S ', '1S,2S'])('of %p is none', (value) => {
    expect(timeout(value)).toBeUndefined();
  });

  it('of what is passed on is never shorter than what is left, and hardly longer', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3.5e14, noNaN: true }), (left) => {
        const said = timeout(formatGrpcTimeout(left)) ?? NaN;
        expect(said).toBeGreaterThanOrEqual(left);
        expect(said - left).toBeLessThanOrEqual(Math.max(1, left * 1e-3));
      }),
    );
  });
});
