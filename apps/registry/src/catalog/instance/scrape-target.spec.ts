import { registerRequestSchema, type RegisterRequest } from '@rollcall/contracts';
import fc from 'fast-check';
import type { InstanceRecord } from './instance-record';
import { registrationFrom } from './registration';
import { scrapeTargetOf, scrapeWarning } from './scrape-target';

const OWN = 'http://10.0.0.1:8081';

function recordOf(request: Partial<RegisterRequest>): InstanceRecord {
  const registration = registrationFrom({ service_name: 'product', url: OWN, ...request }, 30);
  const standing = { condition: { status: 'up' } } as const;
  return { instanceId: 'p-1', registration, standing, registeredAt: 0, epoch: 1, revision: 1 };
}

/** Where Prometheus goes: `scheme://address/path`. */
function scrapedOf(request: Partial<RegisterRequest>): string | undefined {
  const target = scrapeTargetOf(recordOf(request));
  return (
    target && `${target.labels['__scheme__']}://${target.targets[0]}${target.labels['__metrics_path__']}`
  );
}

const warned = (request: Partial<RegisterRequest>) => scrapeWarning(recordOf(request).registration);

describe('the scrape target of an instance', () => {
  it('has the labels of the instance, without those that it does not have', () => {
    expect(scrapeTargetOf(recordOf({ version: '1.2', zone: 'eu "a"\n' }))).toEqual({
      targets: ['10.0.0.1:8081'],
      labels: {
        __scheme__: 'http',
        __metrics_path__: '/metrics',
        service: 'product',
        instance_id: 'p-1',
        version: '1.2',
        zone: 'eu "a"\n',
        status: 'up',
      },
    });
    expect(Object.keys(scrapeTargetOf(recordOf({}))?.labels ?? {})).not.toContain('version');
  });

  it.each([
    [{}, 'http://10.0.0.1:8081/metrics'],
    [{ url: 'http://shop.example' }, 'http://shop.example:80/metrics'],
    [{ url: 'https://shop.example' }, 'https://shop.example:443/metrics'],
    [{ url: 'https://[fd00::7]:8443' }, 'https://[fd00::7]:8443/metrics'],
    [{ url: 'http://shop.example/base' }, 'http://shop.example:80/base/metrics'],
    [{ url: 'http://shop.example//evil.example' }, 'http://shop.example:80/metrics'],
    [{ metadata: { metrics_path: '/own/metrics' } }, `${OWN}/own/metrics`],
    [{ url: 'http://h/base', metadata: { metrics_path: '/prometheus' } }, 'http://h:80/base/prometheus'],
    [{ metadata: { metrics_path: 'off' } }, undefined],
    [{ metadata: { metrics_url: 'http://10.0.0.1:9102/m' } }, 'http://10.0.0.1:9102/m'],
    [{ metadata: { metrics_url: 'https://0.0.0.0:8001/metrics' } }, 'https://10.0.0.1:8001/metrics'],
    [{ metadata: { metrics_url: 'http://0.0.0.0:8001' } }, 'http://10.0.0.1:8001/metrics'],
    [
      { url: 'http://[fd00::7]:8000', metadata: { metrics_url: 'http://[::]:8001/metrics' } },
      'http://[fd00::7]:8001/metrics',
    ],
    [
      { url: 'http://h:8000/base', metadata: { metrics_url: 'http://H/metrics', metrics_path: '/x' } },
      'http://h:80/metrics',
    ],
  ])('%j is %s', (request, expected) => {
    expect(scrapedOf(request)).toBe(expected);
    expect(warned(request)).toBeUndefined();
  });

  it.each([
    'metrics',
    '',
    '//evil.example/metrics',
    '/a//b',
    '/../admin',
    '/a/..',
    '/./metrics',
    '/%2e%2e/admin',
    '/metrics?target=evil.example',
    '/metrics#x',
    '/metrics\r\nHost: evil.example',
    '/met rics',
    '\\evil.example\\metrics',
    '@evil.example/metrics',
    'http://evil.example/metrics',
    'OFF',
    `/${'a'.repeat(300)}`,
  ])('is the usual one with the metrics_path %j, and the instance is told so', (metrics_path) => {
    expect(scrapedOf({ metadata: { metrics_path } })).toBe(`${OWN}/metrics`);
    expect(warned({ metadata: { metrics_path } })).toContain('metrics_path is ignored');
  });

  it.each([
    'http://evil.example/metrics',
    'http://10.0.0.1@evil.example/metrics',
    'http://evil.example:9100#@10.0.0.1/',
    'http://10.0.0.1.evil.example/metrics',
    'http:\\\\evil.example/metrics',
    'http://10.0.0.1\\@evil.example/',
    '//evil.example/metrics',
    'file:///etc/passwd',
    'http://10.0.0.1:0/metrics',
    'http://10.0.0.1:99999/metrics',
    'http://10.0.0.1/a/../b',
    'http://10.0.0.1/%2e%2e/b',
    'http://10.0.0.1//evil.example',
    'http://10.0.0.1/metrics?target=http://evil.example',
    'http://10.0.0.1/met\nrics',
    'http://10.0.0.1\t.evil.example/metrics',
    'http://169.254.169.254/latest/meta-data',
    '/metrics',
    'off',
    '',
  ])('is the usual one with the metrics_url %j, and the instance is told so', (metrics_url) => {
    expect(scrapedOf({ metadata: { metrics_url } })).toBe(`${OWN}/metrics`);
    expect(warned({ metadata: { metrics_url } })).toContain('metrics_url is ignored');
  });
});

/** What says where to go, in every spelling that has fooled somebody. */
const spelling = fc
  .array(
    fc.oneof(
      fc.constantFrom('http://', 'https://', '//', '/', '\\', '@', ':', '#', '?', '..', '.', '%2f', '%00'),
      fc.constantFrom(
        '10.0.0.1',
        'evil.example',
        '0.0.0.0',
        '[::]',
        '[::1]',
        '8001',
        '\r\n',
        '\t',
        '"',
        '0x7f.1',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('whatever an instance announces', () => {
  it('Prometheus is sent to the host of the instance, by names and values that it takes', () => {
    const announced = fc.record({
      url: fc.constantFrom(OWN, 'https://[fd00::7]:8443', 'http://shop.example/a/b', 'http://h//x/%2e'),
      version: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
      zone: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
      metadata: fc.dictionary(
        fc.oneof(fc.constantFrom('metrics_url', 'metrics_path', '__address__', 'a-b', '"', '\n'), spelling),
        spelling,
        { maxKeys: 6 },
      ),
    });
    fc.assert(
      fc.property(announced, (request) => {
        const { error, value } = registerRequestSchema.validate({ service_name: 'product', ...request });
        fc.pre(error === undefined);
        const own = new URL(value.url);
        const target = scrapeTargetOf(recordOf(value));
        if (target === undefined) return request.metadata['metrics_path'] === 'off';
        const { targets, labels } = target;
        const scraped = new URL(`${labels['__scheme__']}://${targets[0]}${labels['__metrics_path__']}`);
        expect(scraped.hostname).toBe(own.hostname);
        expect(targets[0]).toMatch(/^(\[[0-9a-f:.]+\]|[^:/[\]]+):[1-9]\d{0,4}$/);
        // Nothing was resolved, dropped or decoded on the way.
        expect(scraped.pathname + scraped.search + scraped.hash).toBe(labels['__metrics_path__']);
        for (const name of Object.keys(labels)) expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
        return true;
      }),
      { numRuns: 2000 },
    );
  });
});
