import { announcedRouteSchema } from './announced-route';

describe('announcedRouteSchema', () => {
  it('spells methods and host in one way', () => {
    const route = { path_prefix: '/products/*', methods: ['get'], host: 'Shop.Example.' };
    expect(announcedRouteSchema.validate(route).value).toEqual({
      path_prefix: '/products',
      methods: ['GET'],
      host: 'shop.example',
    });
  });

  it.each([
    ['no prefix', {}],
    ['no methods at all', { path_prefix: '/a', methods: [] }],
    ['one method twice', { path_prefix: '/a', methods: ['GET', 'get'] }],
    ['every method by a name that none has', { path_prefix: '/a', methods: ['any'] }],
    ['what is no method', { path_prefix: '/a', methods: ['G T'] }],
    ['a host with a port', { path_prefix: '/a', host: 'a:1' }],
    ['a field nobody knows', { path_prefix: '/a', prefix: '/b' }],
  ])('refuses %s', (_what, route) => {
    expect(announcedRouteSchema.validate(route).error).toBeDefined();
  });
});
