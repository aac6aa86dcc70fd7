import fc from 'fast-check';
import { headerListOf, type HeaderList } from './header-list';
import { passRequestHeaders, type RequestFacts } from './request-passes';
import { passTrailers } from './trailers';

const FACTS: RequestFacts = {
  peer: '10.0.0.9',
  peerTrusted: true,
  peerIsGateway: true,
  scheme: 'https',
  clientCertificate: undefined,
  host: 'shop.example',
  httpVersion: '1.1',
  requestId: 'an-id',
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1 },
  pseudonym: 'gateway',
};
const gatewayPasses = (fields: HeaderList): void => passRequestHeaders(fields, FACTS);
const nothing = (): void => undefined;
const NO_FIELDS = headerListOf([]);

describe('the trailers that are passed on', () => {
  it('are those that came, in their order and spelling, repeated ones too', () => {
    const raw = ['X-Sum', '1', 'grpc-status', '0', 'x-sum', '2', 'Server-Timing', 'db;dur=5'];
    expect(passTrailers(raw, NO_FIELDS, gatewayPasses)).toEqual(raw);
  });

  it.each([
    ...['Content-Length', 'Transfer-Encoding', 'Host', 'Trailer', 'Content-Type', 'Content-Encoding'],
    ...['Authorization', 'Cookie', 'Set-Cookie', 'Range', 'If-Match', 'Expect', 'Max-Forwards'],
    ...['Connection', 'TE', 'Upgrade', 'Proxy-Authorization', 'Keep-Alive', 'Cache-Control'],
    ...['X-Forwarded-For', 'X-Forwarded-Consumer', 'x_forwarded_consumer', 'Forwarded', 'X-Real-IP'],
    ...['CONTENT_LENGTH', 'x_real_ip'],
  ])('do not include %s, whoever sends it', (name) => {
    expect(passTrailers([name, 'x', 'X-Sum', '1'], NO_FIELDS, nothing)).toEqual(['X-Sum', '1']);
  });

  it.each(['Via', 'X-Request-Id', 'traceparent', 'tracestate', 'HTTP2-Settings'])(
    'do not include %s, which the gateway sets or removes in the head',
    (name) => {
      expect(passTrailers([name, 'x'], NO_FIELDS, gatewayPasses)).toEqual([]);
    },
  );

  it('do not include what Connection names in the head, or among them', () => {
    const head = headerListOf(['Connection', 'keep-alive, X-Hop']);
    expect(passTrailers(['X-Hop', '1', 'X-Sum', '1'], head, gatewayPasses)).toEqual(['X-Sum', '1']);
    const named = ['Connection', 'X-Hop', 'X-Hop', '1', 'X-Sum', '1'];
    expect(passTrailers(named, NO_FIELDS, gatewayPasses)).toEqual(['X-Sum', '1']);
  });

  it.each<[rule: string, edit: (fields: HeaderList) => void]>([
    ['removes', (fields) => fields.removeWhere((name) => name === 'x-tenant')],
    ['sets', (fields) => fields.set('X-Tenant', 'ours')],
    ['adds', (fields) => fields.append('X-Tenant', 'ours')],
    ['rewrites', (fields) => fields.replace('x-tenant', (value) => `${value}!`)],
  ])('do not include a field that a rule of the route %s', (_, edit) => {
    expect(passTrailers(['x-TENANT', 'theirs', 'X-Sum', '1'], NO_FIELDS, edit)).toEqual(['X-Sum', '1']);
  });

  it('are a part of what came, and hold nothing that an edit has removed', () => {
    const name = fc.constantFrom('X-A', 'x-a', 'X-B', 'x_b', 'Cookie', 'x-forwarded-host', 'Via', 'X-C');
    const fields = fc.array(fc.tuple(name, fc.string({ maxLength: 3 })), { maxLength: 12 });
    const removed = fc.subarray(['x-a', 'x-b', 'x_b', 'x-c']);
    fc.assert(
      fc.property(fields, removed, (pairs, gone) => {
        const passed = passTrailers(pairs.flat(), NO_FIELDS, (list) =>
          list.removeWhere((one) => gone.includes(one)),
        );
        const expected = pairs.filter(([one]) => {
          const lower = one.toLowerCase();
          return /^(?:x[-_][abc]|via)$/.test(lower) && !gone.includes(lower);
        });
        expect(passed).toEqual(expected.flat());
      }),
    );
  });
});
