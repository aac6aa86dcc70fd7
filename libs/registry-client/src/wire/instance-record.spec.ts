import type { Instance } from '@rollcall/contracts';
import fc from 'fast-check';
import { isInstance } from './instance-record';

const instance: Instance = {
  instance_id: 'a',
  service_name: 'product',
  url: 'http://10.0.0.7:8081',
  status: 'up',
  version: '1.0.0',
  zone: null,
  tags: ['blue'],
  weight: 100,
  metadata: { team: 'catalogue' },
  routes: [{ path_prefix: '/products', methods: ['GET'], strip_prefix: false }],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: 1,
  last_heartbeat: 2,
  epoch: 3,
  revision: 4,
};

describe('an instance on the wire', () => {
  it.each([
    ['as it should be', {}],
    ['with a reason', { reason: 'session lost' }],
    ['with a field from the future', { shoe_size: 43 }],
    ['with a base path', { url: 'https://example.test/api' }],
    ['without a lease', { ttl_seconds: 0 }],
  ])('is one %s', (_what, change) => {
    expect(isInstance({ ...instance, ...change })).toBe(true);
  });

  it.each([
    { instance_id: '' },
    { instance_id: 7 },
    { url: 'file:///etc/passwd' },
    { url: 'http://user:secret@10.0.0.7' },
    { url: 'http://10.0.0.7/?a=1' },
    { url: '10.0.0.7:8081' },
    { status: 'fine' },
    { status: 'toString' },
    { status: '__proto__' },
    { tags: 'blue' },
    { tags: [1] },
    { weight: 0 },
    { weight: NaN },
    { metadata: [] },
    { metadata: { team: 1 } },
    { routes: [{ path_prefix: 'products' }] },
    { routes: [null] },
    { ttl_seconds: -1 },
    { epoch: 1.5 },
    { revision: undefined },
    { reason: null },
  ])('is none with %j', (change) => {
    expect(isInstance({ ...instance, ...change })).toBe(false);
  });

  it.each(Object.keys(instance))('is none without its %s', (field) => {
    const { [field]: _left, ...rest }: Record<string, unknown> = { ...instance };
    expect(isInstance(rest)).toBe(false);
  });

  it('is judged without an exception, whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (value) => expect(isInstance(value)).toBe(false)));
  });
});
