import { registrationFrom, sameRegistration } from './registration';

const minimal = { service_name: 'product', url: 'http://10.0.0.1:8081' };

describe('registrationFrom', () => {
  it('fills in what was left out', () => {
    expect(registrationFrom(minimal, 45)).toEqual({
      serviceName: 'product',
      url: 'http://10.0.0.1:8081',
      version: null,
      zone: null,
      tags: [],
      weight: 100,
      metadata: {},
      routes: [],
      ttlSeconds: 45,
      healthPath: '/livez',
    });
  });

  it.each([
    ['h2c', 'h2c'],
    ['http/1.1', undefined],
    [undefined, undefined],
  ] as const)('keeps of the protocol %p only what is not the usual one', (protocol, kept) => {
    const registration = registrationFrom({ ...minimal, ...(protocol && { protocol }) }, 45);
    expect(registration.protocol).toBe(kept);
    // Records that were made before there was a protocol are the same registration.
    expect(Object.hasOwn(registration, 'protocol')).toBe(kept !== undefined);
  });

  it('keeps a lease of no length apart from none asked for', () => {
    expect(registrationFrom({ ...minimal, ttl_seconds: 0 }, 45).ttlSeconds).toBe(0);
  });
});

describe('sameRegistration', () => {
  const full = registrationFrom(
    {
      ...minimal,
      tags: ['a', 'b'],
      metadata: { one: '1', two: '2' },
      routes: [{ path_prefix: '/products' }],
    },
    30,
  );

  it('does not mind the order of keys', () => {
    expect(sameRegistration(full, { ...full, metadata: { two: '2', one: '1' } })).toBe(true);
  });

  it.each([
    ['version', { version: '2' }],
    ['zone', { zone: 'b' }],
    ['tags', { tags: ['b', 'a'] }],
    ['weight', { weight: 1 }],
    ['metadata', { metadata: { one: '1' } }],
    ['routes', { routes: [{ path_prefix: '/products', strip_prefix: true }] }],
    ['ttl', { ttlSeconds: 10 }],
    ['health path', { healthPath: '/health' }],
    ['protocol', { protocol: 'h2c' as const }],
  ])('minds another %s', (_field, other) => {
    expect(sameRegistration(full, { ...full, ...other })).toBe(false);
  });
});
