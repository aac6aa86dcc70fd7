import fc from 'fast-check';
import { headerListOf } from './header-list';
import { extendForwardedPrefix, passRequestHeaders, type RequestFacts } from './request-passes';

const facts = (given: Partial<RequestFacts> = {}): RequestFacts => ({
  peer: '192.0.2.7',
  peerTrusted: false,
  peerIsGateway: false,
  scheme: 'http',
  clientCertificate: undefined,
  host: 'shop.example:8000',
  httpVersion: '1.1',
  requestId: 'r1',
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1 },
  pseudonym: 'rollcall-1',
  ...given,
});

const passed = (raw: readonly string[], given: Partial<RequestFacts> = {}) => {
  const headers = headerListOf(raw);
  passRequestHeaders(headers, facts(given));
  return headers;
};

describe('request header passes', () => {
  it('keep fields, spelling, order and duplicates of what they do not concern', () => {
    const raw = ['Host', 'shop.example:8000', 'X-Odd', 'a', 'x-odd', 'b', 'ACCEPT', '*/*'];
    expect(passed(raw).toRaw().slice(0, raw.length)).toEqual(raw);
  });

  it('drop what concerns this hop, and what Connection names', () => {
    const headers = passed([
      ...['Connection', 'keep-alive, X-Secret', 'X-Secret', '1', 'Keep-Alive', 'timeout=5', 'TE', 'trailers'],
      ...[
        'Transfer-Encoding',
        'chunked',
        'Proxy-Authorization',
        'x',
        'Upgrade',
        'h2c',
        'Expect',
        '100-continue',
      ],
    ]);
    const gone = ['connection', 'x-secret', 'keep-alive', 'te', 'transfer-encoding', 'proxy-authorization'];
    for (const name of [...gone, 'upgrade', 'expect']) expect(headers.all(name)).toEqual([]);
  });

  it('do not let Connection take away what the message needs', () => {
    const headers = passed([
      'Connection',
      'Authorization, Host, X-Forwarded-For',
      'Authorization',
      'Bearer x',
    ]);
    expect(headers.get('authorization')).toBe('Bearer x');
    expect(headers.get('x-forwarded-for')).toBe('192.0.2.7');
  });

  it('say who asked, and forget what a stranger says about that', () => {
    const headers = passed([
      ...['X-Forwarded-For', '6.6.6.6', 'Forwarded', 'for=6.6.6.6', 'X-Forwarded-Proto', 'https'],
      ...['X-Real-IP', '6.6.6.6', 'X-Forwarded-Host', 'evil.example'],
    ]);
    expect(headers.get('x-forwarded-for')).toBe('192.0.2.7');
    expect(headers.get('forwarded')).toBe('for=192.0.2.7;host="shop.example:8000";proto=http');
    expect(headers.all('x-forwarded-proto')).toEqual(['http']);
    expect(headers.all('x-forwarded-host')).toEqual(['shop.example:8000']);
    expect(headers.get('x-real-ip')).toBeUndefined();
  });

  it('extend what a trusted proxy says', () => {
    const headers = passed(
      ['X-Forwarded-For', '198.51.100.1', 'X-Forwarded-Proto', 'https', 'Forwarded', 'for=198.51.100.1'],
      { peerTrusted: true, peer: '2001:db8::1' },
    );
    expect(headers.all('x-forwarded-for')).toEqual(['198.51.100.1, 2001:db8::1']);
    expect(headers.all('x-forwarded-proto')).toEqual(['https']);
    expect(headers.get('forwarded')).toContain('for=198.51.100.1, for="[2001:db8::1]"');
  });

  it('let nobody but another gateway say whose key a caller has, however it is spelled', () => {
    const letter = (char: string): fc.Arbitrary<string> =>
      char === '-' ? fc.constantFrom('-', '_') : fc.constantFrom(char, char.toUpperCase());
    const spelled = fc.tuple(...[...'x-forwarded-consumer'].map(letter)).map((chars) => chars.join(''));
    fc.assert(
      fc.property(fc.array(spelled, { minLength: 1, maxLength: 4 }), fc.boolean(), (names, peerTrusted) => {
        const headers = passed(
          names.flatMap((name) => [name, 'root']),
          { peerTrusted },
        );
        expect(headers.toRaw()).not.toContain('root');
      }),
    );
    const stacked = passed(['X-Forwarded-Consumer', 'web', 'X_Forwarded_Consumer', 'root'], {
      peerTrusted: true,
      peerIsGateway: true,
    });
    expect(stacked.all('x-forwarded-consumer')).toEqual(['web']);
    expect(stacked.toRaw()).not.toContain('root');
  });

  it('let no stranger say whose certificate a caller has, however it is spelled and whatever Connection names', () => {
    const letter = (char: string): fc.Arbitrary<string> =>
      char === '-' ? fc.constantFrom('-', '_') : fc.constantFrom(char, char.toUpperCase());
    const spelled = fc.tuple(...[...'x-forwarded-client-cert'].map(letter)).map((chars) => chars.join(''));
    const certificate = fc.constantFrom(undefined, { name: 'spiffe://a', element: 'Hash=1;URI=spiffe://a' });
    fc.assert(
      fc.property(fc.array(spelled, { maxLength: 4 }), fc.boolean(), certificate, (names, isNamed, shown) => {
        const forged = names.flatMap((name) => [name, 'Hash=0;URI=spiffe://root']);
        const raw = isNamed ? [...forged, 'Connection', 'X-Forwarded-Client-Cert'] : forged;
        const headers = passed(raw, { clientCertificate: shown });
        expect(headers.toRaw()).not.toContain('Hash=0;URI=spiffe://root');
        const own = shown === undefined ? [] : [shown.element];
        expect(headers.all('x-forwarded-client-cert')).toEqual(own);
      }),
    );
  });

  it('put a trusted proxy’s certificate behind those of which it tells', () => {
    const told = ['X-Forwarded-Client-Cert', 'Hash=1', 'Connection', 'X-Forwarded-Client-Cert'];
    const shown = { name: 'proxy', element: 'Hash=2' };
    const byProxy = (clientCertificate: typeof shown | undefined) =>
      passed(told, { peerTrusted: true, clientCertificate }).all('x-forwarded-client-cert');
    expect(byProxy(shown)).toEqual(['Hash=1, Hash=2']);
    expect(byProxy(undefined)).toEqual(['Hash=1']);
  });

  it.each(['X_Forwarded_For', 'X-Forwarded_Host', 'X_REAL_IP', 'X_Forwarded-User'])(
    'take %s from everybody: some instances would read it as the field with dashes',
    (name) => {
      for (const peerTrusted of [false, true])
        expect(passed([name, 'root'], { peerTrusted }).toRaw()).not.toContain('root');
    },
  );

  it.each([
    ['nothing', [], '/api'],
    ['what a proxy before has taken off', ['X-Forwarded-Prefix', '/outer'], '/outer/api'],
    ['a slash', ['X-Forwarded-Prefix', '/'], '/api'],
  ])('put a prefix that is taken off behind %s', (_, raw, prefix) => {
    const headers = passed(raw, { peerTrusted: true });
    extendForwardedPrefix(headers, '/api');
    expect(headers.all('x-forwarded-prefix')).toEqual([prefix]);
  });

  it('pass on the trace and the request’s id, once each', () => {
    const headers = passed(['traceparent', 'broken', 'tracestate', 'v=1', 'x-request-id', 'bad id']);
    expect(headers.all('traceparent')).toEqual([`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]);
    expect(headers.all('x-request-id')).toEqual(['r1']);
    expect(headers.all('tracestate')).toEqual([]);
  });

  it('extend Via', () => {
    expect(passed(['Via', '1.0 edge'], { httpVersion: '1.0' }).all('via')).toEqual([
      '1.0 edge, 1.0 rollcall-1',
    ]);
  });

  it('take the host of an absolute target', () => {
    expect(passed(['Host', 'ignored'], { host: 'other.example' }).all('host')).toEqual(['other.example']);
  });

  it('never let a hop-by-hop field or one that Connection names through, whatever comes', () => {
    const name = fc.constantFrom('Connection', 'TE', 'Keep-Alive', 'X-A', 'X-B', 'Upgrade', 'Accept', 'Host');
    const value = fc.constantFrom('x-a', 'X-B, close', 'keep-alive', 'v', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 12 }), (fields) => {
        const named = fields
          .filter(([one]) => one === 'Connection')
          .flatMap(([, options]) => options.split(','));
        const forbidden = [...named.map((one) => one.trim().toLowerCase()), 'connection', 'te', 'upgrade'];
        const headers = passed(fields.flat());
        for (const one of forbidden) expect(headers.all(one)).toEqual([]);
        const kept = fields.filter(([one]) => one === 'Accept').map(([, accepted]) => accepted);
        expect(headers.all('accept')).toEqual(kept);
      }),
    );
  });

  it('write no malformed value, whatever well-formed ones they are made of', () => {
    const text = fc.stringMatching(/^[\t -~\x80-\xff]{0,30}$/);
    const name = fc.constantFrom(
      'Forwarded',
      'X-Forwarded-For',
      'Via',
      'X-Forwarded-Host',
      'tracestate',
      'Host',
    );
    const given = fc.record({
      peer: fc.constantFrom('192.0.2.7', '2001:db8::1', 'unknown'),
      peerTrusted: fc.boolean(),
      host: text,
      requestId: fc.stringMatching(/^[a-z0-9]{1,9}$/),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 8 }), given, (fields, who) => {
        const headers = passed(fields.flat(), who);
        expect(headers.malformed).toBeUndefined();
        expect(headerListOf(headers.toRaw()).malformed).toBeUndefined();
      }),
    );
  });
});
