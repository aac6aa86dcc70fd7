import {
  MAX_WATCHED_SERVICES,
  watchAdditionsRequestSchema,
  watchQuerySchema,
  watchRequestSchema,
} from './watch';

const servicesOf = (services: unknown) => {
  const { value, error } = watchQuerySchema.validate({ services });
  return error === undefined ? value.services : undefined;
};

describe('watchQuerySchema', () => {
  it('splits names, each once, and keeps the star', () => {
    expect(servicesOf('product,order,product')).toEqual(['product', 'order']);
    expect(servicesOf('*')).toBe('*');
  });

  it.each([
    undefined,
    '',
    ',',
    'a,',
    'a,*',
    'a b',
    'a/b',
    Array.from({ length: MAX_WATCHED_SERVICES + 1 }, (_, i) => i).join(),
  ])('refuses %s', (services) => expect(servicesOf(services)).toBeUndefined());

  it('wants a UUID for a subscriber', () => {
    expect(watchQuerySchema.validate({ services: '*', subscriber: 'me' }).error).toBeDefined();
  });
});

describe('a list in a body', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, n) => `service-${n}`);
  const bodyOf = (services: unknown) => watchRequestSchema.validate({ services });

  it('is a star, or up to ten thousand names, each once', () => {
    expect(bodyOf('*').value).toEqual({ services: '*' });
    expect(bodyOf(['product', 'order', 'product']).value).toEqual({ services: ['product', 'order'] });
    expect(bodyOf(numbered(MAX_WATCHED_SERVICES)).error).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['no name', []],
    ['a name that none may have', ['product', 'a/b']],
    ['a number', ['product', 7]],
    ['a star among names', ['product', '*']],
    ['names with commas', 'product,order'],
    ['one name too many', numbered(MAX_WATCHED_SERVICES + 1)],
  ])('is refused when it is %s', (_what, services) => expect(bodyOf(services).error).toBeDefined());

  it('has one fault, which says where it is, however many names are wrong', () => {
    const { error } = bodyOf(['product', ...Array.from({ length: 9999 }, () => '/')]);
    expect(error?.details.map(({ message }) => message)).toEqual([
      '"services"[1] must be the name of a service',
    ]);
  });

  it('of an addition belongs to a stream', () => {
    const addition = {
      subscriber: 'de305d54-75b4-431b-adb2-eb6b9e546014',
      stream_secret: 's',
      services: ['a'],
    };
    expect(watchAdditionsRequestSchema.validate(addition).error).toBeUndefined();
    for (const field of ['subscriber', 'stream_secret', 'services'] as const)
      expect(watchAdditionsRequestSchema.validate({ ...addition, [field]: undefined }).error).toBeDefined();
    expect(watchAdditionsRequestSchema.validate({ ...addition, services: '*' }).error).toBeDefined();
  });
});
