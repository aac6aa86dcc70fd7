import type { Instance } from '@rollcall/contracts';
import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createUpstreams } from './upstreams';
import { createServiceUpstreams } from './service-upstreams';

const instance = (id: string, given: Partial<Instance> = {}) =>
  anInstance({ instance_id: id, url: `http://${id}.test`, ...given });

describe('upstreams of a service', () => {
  it('counts what is under way, to instances that are off the list too', () => {
    const service = createServiceUpstreams(createFakeTransport());
    service.apply([instance('a'), instance('b')], 0);
    const [a, b] = service.upstreams;
    const attempt = a?.begin(0);
    b?.begin(0);
    service.apply([instance('b')], 0);
    expect(service.inFlight).toBe(2);
    attempt?.release();
    expect(service.inFlight).toBe(1);
  });

  it('is kept while something is under way, and not for ever', () => {
    const upstreams = createUpstreams(createFakeTransport());
    upstreams.apply('product', [instance('a')], 0);
    const [a] = upstreams.of('product');
    const attempt = a?.begin(0);
    upstreams.apply('product', [], 0);
    expect([upstreams.serviceNames(), upstreams.service('product')?.inFlight]).toEqual([[], 1]);
    attempt?.release();
    upstreams.apply('order', [], 0);
    expect(upstreams.service('product')).toBeUndefined();
  });

  it('takes for new who comes to others, who comes in another life, and who gets ready', () => {
    const service = createServiceUpstreams(createFakeTransport());
    const since = () => service.upstreams.map((one) => one.since);
    service.apply([instance('a')], 10);
    service.apply([instance('a'), instance('b', { status: 'starting' })], 20);
    expect(since()).toEqual([-Infinity, 20]);
    service.apply([instance('a'), instance('b')], 30);
    expect(since()).toEqual([-Infinity, 30]);
    service.apply([instance('a', { epoch: 2 }), instance('b', { status: 'suspect' })], 40);
    expect(since()).toEqual([40, 30]);
    service.apply([instance('a', { epoch: 2 }), instance('b')], 50);
    expect(since()).toEqual([40, 30]);
  });

  it('takes for new who was out and is back', () => {
    const service = createServiceUpstreams(createFakeTransport());
    service.apply([instance('a'), instance('b')], 0);
    const [a] = service.upstreams;
    a?.begin(0).end({ outcome: 'refused' }, 0);
    a?.begin(1000).end({ outcome: 'response', status: 200 }, 1001);
    expect(a?.since).toBe(1001);
  });

  it('knows how long answers take, and does not take who fails at once for fast', () => {
    const service = createServiceUpstreams(createFakeTransport());
    service.apply([instance('a'), instance('b'), instance('c')], 0);
    const [a, b, c] = service.upstreams;
    a?.begin(80).end({ outcome: 'response', status: 200 }, 100);
    b?.begin(99).end({ outcome: 'response', status: 503 }, 100);
    c?.begin(99).end({ outcome: 'refused' }, 100);
    expect([a, b, c].map((one) => one?.latencyMs(100))).toEqual([20, 1000, 0]);
  });
});
