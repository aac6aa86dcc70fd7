import { requestUrl } from './request-url';

describe('where a request goes', () => {
  it.each([
    ['http://a:1', '/products', 'http://a:1/products'],
    ['http://a:1', undefined, 'http://a:1/'],
    ['http://a:1', '/products?limit=2&q=%2F', 'http://a:1/products?limit=2&q=%2F'],
    ['http://a:1', '/products#fragment', 'http://a:1/products'],
    ['http://a:1/api', '/products', 'http://a:1/api/products'],
    ['http://a:1/api/', '/', 'http://a:1/api/'],
    ['http://[::1]:1', '/a/../b', 'http://[::1]:1/b'],
    ['https://a', '/käse', 'https://a/k%C3%A4se'],
    ['http://a:1', '/@elsewhere/x:y', 'http://a:1/@elsewhere/x:y'],
  ])('is under %s for the path %j', (instance, path, url) => {
    expect(requestUrl(instance, path)).toEqual({ url });
  });

  it.each([
    ['http://a:1', 'http://elsewhere/'],
    ['http://a:1', '//elsewhere/'],
    ['http://a:1', '/\\elsewhere/'],
    ['http://a:1', '/\t/elsewhere'],
    ['http://a:1', '/a\r\nHost: elsewhere'],
    ['http://a:1', 'products'],
    ['http://a:1', '@elsewhere/'],
    ['http://a:1', '.elsewhere/'],
    ['http://a:1/api', '/../admin'],
    ['http://a:1/api', '/%2e%2e/admin'],
    ['http://a:1/api', '/..'],
    ['http://a:1/api', '/../apix'],
  ])('is nowhere but under %s for the path %j', (instance, path) => {
    expect(requestUrl(instance, path)).toEqual({ fault: expect.any(String) });
  });
});
