import { advertisedUrl } from './own-address';

describe('the advertised URL of port 8081', () => {
  it.each([
    ['10.0.0.7', 'http://10.0.0.7:8081'],
    ['127.0.0.1', 'http://127.0.0.1:8081'],
    ['::1', 'http://[::1]:8081'],
    ['fd12:3456::7', 'http://[fd12:3456::7]:8081'],
    ['::ffff:10.0.0.7', 'http://10.0.0.7:8081'],
    ['::FFFF:10.0.0.7', 'http://10.0.0.7:8081'],
  ])('on %s is %s', (address, url) => {
    expect(advertisedUrl(address, { port: 8081 })).toBe(url);
    expect(new URL(url).port).toBe('8081');
  });

  it('says so where TLS is spoken', () => {
    expect(advertisedUrl('10.0.0.7', { port: 8443, secure: true })).toBe('https://10.0.0.7:8443');
  });
});
