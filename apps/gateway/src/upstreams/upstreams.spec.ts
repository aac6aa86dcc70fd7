import { anOutgoingRequest, aReceiver } from '../../test/support/an-attempt';
import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createUpstreams } from './upstreams';

const one = anInstance({ instance_id: 'one', url: 'http://127.0.0.1:1' });
const two = anInstance({ instance_id: 'two', url: 'http://127.0.0.1:2/base/' });

describe('upstreams', () => {
  const newUpstreams = () => {
    const transport = createFakeTransport();
    return { transport, upstreams: createUpstreams(transport) };
  };

  it('keeps one upstream an instance for as long as it is listed', () => {
    const { upstreams } = newUpstreams();
    upstreams.apply('product', [one, two], 0);
    const [first] = upstreams.of('product');
    upstreams.apply('product', [{ ...one, weight: 7 }, two], 0);
    expect(upstreams.of('product')[0]).toBe(first);
    expect(first?.weight).toBe(7);
    upstreams.apply('product', [two], 0);
    upstreams.apply('product', [one, two], 0);
    expect(upstreams.of('product')[0]).not.toBe(first);
  });

  it('takes an instance at another address for another upstream', () => {
    const { upstreams, transport } = newUpstreams();
    upstreams.apply('product', [one], 0);
    const [before] = upstreams.of('product');
    upstreams.apply('product', [{ ...one, url: 'http://127.0.0.1:3' }], 0);
    expect(upstreams.of('product')[0]).not.toBe(before);
    expect(transport.keptOrigins()).toEqual(['http://127.0.0.1:3']);
  });

  it.each(['draining', 'out_of_service'] as const)(
    'keeps no idle connection to an instance that is %s',
    (status) => {
      const { upstreams, transport } = newUpstreams();
      upstreams.apply('product', [one, two], 0);
      upstreams.apply('product', [{ ...one, status }, two], 0);
      expect(transport.keptOrigins()).toEqual(['http://127.0.0.1:2']);
      upstreams.apply('product', [one, two], 0);
      expect(transport.keptOrigins().length).toBe(2);
    },
  );

  it('forgets what it thought of an instance when the registry says something new', () => {
    const { upstreams } = newUpstreams();
    upstreams.apply('product', [one], 0);
    const [upstream] = upstreams.of('product');
    upstream?.begin(0).end({ outcome: 'refused' }, 0);
    upstreams.apply('product', [{ ...one, weight: 5 }], 0);
    expect(upstream?.standing(1)).toBe('not-connected');
    upstreams.apply('product', [{ ...one, epoch: 2 }], 0);
    expect(upstream?.standing(1)).toBe('available');
  });

  it('says so whenever somebody else might be picked', () => {
    const { upstreams } = newUpstreams();
    const versions = [upstreams.service('product')?.version];
    const look = () => versions.push(upstreams.service('product')?.version);
    upstreams.apply('product', [one], 0);
    look();
    const [upstream] = upstreams.of('product');
    upstream?.begin(0).end({ outcome: 'refused' }, 0);
    look();
    upstream?.begin(5000);
    look();
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('counts what is in flight', () => {
    const { upstreams, transport } = newUpstreams();
    upstreams.apply('product', [two], 0);
    const [upstream] = upstreams.of('product');
    if (upstream === undefined) throw new Error('nobody there');
    const attempt = upstream.begin(0);
    upstream.send(anOutgoingRequest(), aReceiver());
    expect([upstream.inFlight, upstream.basePath, transport.sent[0]?.origin]).toEqual([
      1,
      '/base',
      'http://127.0.0.1:2',
    ]);
    attempt.release();
    expect(upstream.inFlight).toBe(0);
  });

  it('destroys those that are gone too, as long as something is in flight to them', async () => {
    const { upstreams, transport } = newUpstreams();
    upstreams.apply('product', [one, two], 0);
    upstreams.apply('product', [], 0);
    await upstreams.destroy();
    expect(upstreams.serviceNames()).toEqual([]);
    expect(transport.destroyed).toEqual([]);
  });

  it('forgets a service without instances once nothing is in flight to it, and not one that is back', () => {
    const { upstreams } = newUpstreams();
    const [product, order] = [[one], [{ ...two, service_name: 'order' }]];
    const attempts = [...product, ...order].map((instance) => {
      upstreams.apply(instance.service_name, [instance], 0);
      const [upstream] = upstreams.of(instance.service_name);
      const attempt = upstream?.begin(0);
      upstreams.apply(instance.service_name, [], 0);
      return attempt;
    });
    const [productBefore, orderBefore] = [upstreams.service('product'), upstreams.service('order')];
    upstreams.apply('order', order, 0);
    upstreams.apply('other', [], 0);
    expect([upstreams.service('product'), upstreams.service('order')]).toEqual([productBefore, orderBefore]);
    for (const attempt of attempts) attempt?.release();
    upstreams.apply('other', [], 0);
    expect([upstreams.service('product'), upstreams.service('order')]).toEqual([undefined, orderBefore]);
    expect(upstreams.serviceNames()).toEqual(['order']);
  });
});
