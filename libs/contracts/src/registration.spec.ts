import { registerRequestSchema } from './registration';

const minimal = { service_name: 'product', url: 'http://product:8081' };
const faultsOf = (body: unknown) =>
  registerRequestSchema
    .validate(body, { abortEarly: false })
    .error?.details.map(({ path }) => path.join('.'));

describe('registerRequestSchema', () => {
  it('takes the older example’s body as it is, and adds nothing to it', () => {
    expect(registerRequestSchema.validate(minimal)).toEqual({ value: minimal });
  });

  it('takes everything there is', () => {
    const full = {
      ...minimal,
      instance_id: 'a-1.b:2_c',
      version: '1.2.3',
      zone: 'eu-1a',
      tags: ['blue', 'canary'],
      weight: 1000,
      metadata: { team: 'shop', note: '' },
      routes: [{ path_prefix: '/products' }],
      ttl_seconds: 0,
      health_path: '/livez',
      status: 'starting',
    };
    expect(registerRequestSchema.validate(full)).toEqual({ value: full });
  });

  it('names every fault of a body, not only the first', () => {
    expect(faultsOf({ url: 'product', weight: 0, ttl_seconds: 4 })).toEqual([
      'service_name',
      'url',
      'weight',
      'ttl_seconds',
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['an unknown field', { ...minimal, servicename: 'x' }],
    ['a name with a slash', { ...minimal, service_name: 'a/b' }],
    ['a name that is a path segment of its own', { ...minimal, service_name: '..' }],
    ['a name of 64 letters', { ...minimal, service_name: 'a'.repeat(64) }],
    ['an id that needs escaping', { ...minimal, instance_id: 'a b' }],
    ['a lease of 86,401 s', { ...minimal, ttl_seconds: 86_401 }],
    ['a weight of 1.5', { ...minimal, weight: 1.5 }],
    ['a tag twice', { ...minimal, tags: ['a', 'a'] }],
    [
      '65 metadata keys',
      { ...minimal, metadata: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v'])) },
    ],
    ['metadata that is not text', { ...minimal, metadata: { a: { b: 1 } } }],
    ['a status that there is not', { ...minimal, status: 'down' }],
    ['an id that is a path segment of its own', { ...minimal, instance_id: '..' }],
    ['a blank tag', { ...minimal, tags: [' '] }],
    ['a health path with a control character', { ...minimal, health_path: '/a\u0001' }],
    ['a protocol that there is not', { ...minimal, protocol: 'h2' }],
    ['a health path elsewhere', { ...minimal, health_path: 'http://evil/' }],
  ])('refuses %s', (_what, body) => {
    expect(faultsOf(body)).toBeDefined();
  });

  it.each([
    [
      'of ASCII',
      4096,
      { note: 'x'.repeat(1024), more: 'x'.repeat(1024), most: 'x'.repeat(1024), last: 'x'.repeat(1008) },
    ],
    [
      'of ASCII',
      4097,
      { note: 'x'.repeat(1024), more: 'x'.repeat(1024), most: 'x'.repeat(1024), last: 'x'.repeat(1009) },
    ],
    ['of two bytes a letter', 4096, { ab: 'é'.repeat(1024), cd: 'é'.repeat(1022) }],
    ['of two bytes a letter', 4098, { ab: 'é'.repeat(1024), cd: 'é'.repeat(1023) }],
    [
      'of keys',
      4160,
      Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`${n}`.padStart(64, 'k'), 'x'])),
    ],
  ])('takes 4 KiB of metadata in all: %s, %d bytes', (_what, bytes, metadata) => {
    expect(faultsOf({ ...minimal, metadata })).toEqual(bytes <= 4096 ? undefined : ['metadata']);
  });
});
