import { createAddressGuard } from './address-guard';
import { describeRefusal } from './judgement/verdict';
import type { ResolveName } from './resolve-name';

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  product: ['172.18.0.5'],
  'product.': ['172.18.0.6'],
  'rebound.example': ['93.184.216.34', '169.254.169.254'],
  'hidden.example': ['64:ff9b::a9fe:a9fe'],
  'here.example': ['127.0.0.1'],
};

const resolve: ResolveName = (name) => {
  const addresses = ADDRESSES[name];
  if (!addresses) return Promise.reject(new Error(`ENOTFOUND ${name}`));
  return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
};

const production = createAddressGuard({ forbidLoopback: true, resolve });
const development = createAddressGuard({ forbidLoopback: false, resolve });

describe('an address guard', () => {
  it.each([
    'http://172.18.0.5:8081',
    'http://[fd12::5]:8081/base',
    'https://8.8.8.8',
    'http://product:8081',
    'http://no-such-name.example',
  ])('lets %s be registered', async (url) => {
    expect(await production.checkUrl(url)).toEqual({ allowed: true });
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data', 'cloud_metadata', '169.254.169.254'],
    ['http://2852039166', 'cloud_metadata', '169.254.169.254'],
    ['http://[::ffff:169.254.169.254]', 'cloud_metadata', '::ffff:a9fe:a9fe'],
    ['http://METADATA.google.internal.', 'cloud_metadata', 'metadata.google.internal.'],
    ['http://rebound.example', 'cloud_metadata', '169.254.169.254'],
    ['http://hidden.example', 'cloud_metadata', '64:ff9b::a9fe:a9fe'],
    ['http://here.example', 'loopback', '127.0.0.1'],
    ['http://localhost:8081', 'loopback', 'localhost'],
    ['http://0:8081', 'unspecified', '0.0.0.0'],
    ['ftp://8.8.8.8', 'not_an_http_url', 'ftp://8.8.8.8'],
    ['8.8.8.8', 'not_an_http_url', '8.8.8.8'],
    ['http://256.1.1.1', 'not_an_http_url', 'http://256.1.1.1'],
    ['http://..', 'not_a_host', '..'],
  ])('refuses %s: %s', async (url, reason, subject) => {
    expect(await production.checkUrl(url)).toEqual({ allowed: false, reason, subject });
  });

  it.each(['http://here.example', 'http://localhost:8081', 'http://127.0.0.1:8081', 'http://[::1]'])(
    'allows %s in development',
    async (url) => {
      expect(await development.checkUrl(url)).toEqual({ allowed: true });
    },
  );

  it('resolves a name as it is written, since a dot at its end turns off search domains', async () => {
    const asked: string[] = [];
    const guard = createAddressGuard({
      forbidLoopback: true,
      resolve: (name, options) => {
        asked.push(name);
        return resolve(name, options);
      },
    });
    await guard.checkUrl('http://product.:8081');
    expect(asked).toEqual(['product.']);
  });

  it('asks nobody about a literal address', async () => {
    const guard = createAddressGuard({
      forbidLoopback: true,
      resolve: () => {
        throw new Error('asked');
      },
    });
    expect(await guard.checkUrl('http://8.8.8.8')).toEqual({ allowed: true });
  });

  it('judges the host of a connection as far as its text goes', () => {
    expect(production.checkHost('[fe80::1]').allowed).toBe(false);
    expect(production.checkHost('127.1').allowed).toBe(false);
    expect(production.checkHost('rebound.example').allowed).toBe(true);
  });

  it('judges the address of a socket', () => {
    expect(production.checkAddress('::ffff:127.0.0.1').allowed).toBe(false);
    expect(production.checkAddress('172.18.0.5').allowed).toBe(true);
  });

  it('says what is wrong', async () => {
    const verdict = await production.checkUrl('http://rebound.example');
    expect(verdict.allowed ? '' : describeRefusal(verdict)).toBe(
      "169.254.169.254 is a cloud provider's metadata service",
    );
  });
});
