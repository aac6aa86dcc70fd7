import fc from 'fast-check';
import { canonicalInstanceUrl } from './canonical-instance-url';
import { instanceUrlSchema } from './instance-url';

describe('canonicalInstanceUrl', () => {
  it.each([
    ['http://product:8081', 'http://product:8081'],
    ['http://product:8081/', 'http://product:8081'],
    ['HTTP://Product:8081', 'http://product:8081'],
    ['http://product:80', 'http://product'],
    ['https://product:443/', 'https://product'],
    ['http://10.0.0.7:8081/base/', 'http://10.0.0.7:8081/base'],
    ['http://[::1]:8081', 'http://[::1]:8081'],
    ['http://[0:0:0:0:0:0:0:1]:8081', 'http://[::1]:8081'],
  ])('spells %s as %s', (given, canonical) => {
    expect(canonicalInstanceUrl(given)).toEqual({ url: canonical });
  });

  it.each([
    ['product:8081', 'http:// or https://'],
    ['/products', 'absolute'],
    ['', 'absolute'],
    ['http://', 'absolute'],
    ['ftp://product', 'http:// or https://'],
    ['http://user@product', 'credentials'],
    ['http://user:secret@product', 'credentials'],
    ['http://product?', 'query'],
    ['http://product/?a=1', 'query'],
    ['http://product/#top', 'fragment'],
    ['http://product:99999', 'absolute'],
    ['http://product:0', 'port 0'],
    ['https://product:00/base', 'port 0'],
    ['http://product..internal', 'empty label'],
    ['http://.product', 'empty label'],
    ['http://product:8081/a b', 'white space'],
    ['http://prod\tuct:8081', 'white space'],
    [' http://product:8081', 'white space'],
    ['http:\\\\product', 'white space'],
    ['http://product/\u0000', 'control'],
  ])('refuses %s', (given, word) => {
    expect(canonicalInstanceUrl(given)).toEqual({ fault: expect.stringContaining(word) as string });
  });

  it('has one spelling: spelling it again changes nothing', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), (given) => {
        const once = canonicalInstanceUrl(given);
        if ('url' in once) expect(canonicalInstanceUrl(once.url)).toEqual(once);
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void canonicalInstanceUrl(text)));
  });
});

describe('instanceUrlSchema', () => {
  it('answers the canonical spelling', () => {
    expect(instanceUrlSchema.validate('http://Product:8081/').value).toBe('http://product:8081');
  });

  it('names the field in its message', () => {
    expect(instanceUrlSchema.label('url').validate('product').error?.message).toMatch(/"url" must/);
  });
});
