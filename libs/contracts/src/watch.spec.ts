import { MAX_WATCHED_SERVICES, watchQuerySchema } from './watch';

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
