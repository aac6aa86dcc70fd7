import { anOutgoingRequest, aReceiver } from '../../test/support/an-attempt';
import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createFleet } from './fleet';

const one = anInstance({ instance_id: 'one', url: 'http://127.0.0.1:1' });
const two = anInstance({ instance_id: 'two', url: 'http://127.0.0.1:2/base/' });

describe('fleet', () => {
  const newFleet = () => {
    const transport = createFakeTransport();
    return { transport, fleet: createFleet(transport) };
  };

  it('keeps one upstream an instance for as long as it is listed', () => {
    const { fleet } = newFleet();
    fleet.apply('product', [one, two], 0);
    const [first] = fleet.of('product');
    fleet.apply('product', [{ ...one, weight: 7 }, two], 0);
    expect(fleet.of('product')[0]).toBe(first);
    expect(first?.weight).toBe(7);
    fleet.apply('product', [two], 0);
    fleet.apply('product', [one, two], 0);
    expect(fleet.of('product')[0]).not.toBe(first);
  });

  it('takes an instance at another address for another upstream', () => {
    const { fleet, transport } = newFleet();
    fleet.apply('product', [one], 0);
    const [before] = fleet.of('product');
    fleet.apply('product', [{ ...one, url: 'http://127.0.0.1:3' }], 0);
    expect(fleet.of('product')[0]).not.toBe(before);
    expect(transport.keptOrigins()).toEqual(['http://127.0.0.1:3']);
  });

  it.each(['draining', 'out_of_service'] as const)(
    'keeps no idle connection to an instance that is %s',
    (status) => {
      const { fleet, transport } = newFleet();
      fleet.apply('product', [one, two], 0);
      fleet.apply('product', [{ ...one, status }, two], 0);
      expect(transport.keptOrigins()).toEqual(['http://127.0.0.1:2']);
      fleet.apply('product', [one, two], 0);
      expect(transport.keptOrigins().length).toBe(2);
    },
  );

  it('forgets what it thought of an instance when the registry says something new', () => {
    const { fleet } = newFleet();
    fleet.apply('product', [one], 0);
    const [upstream] = fleet.of('product');
    upstream?.begin(0).end({ outcome: 'refused' }, 0);
    fleet.apply('product', [{ ...one, weight: 5 }], 0);
    expect(upstream?.standing(1)).toBe('not-connected');
    fleet.apply('product', [{ ...one, epoch: 2 }], 0);
    expect(upstream?.standing(1)).toBe('available');
  });

  it('says so whenever somebody else might be picked', () => {
    const { fleet } = newFleet();
    const versions = [fleet.group('product')?.version];
    const look = () => versions.push(fleet.group('product')?.version);
    fleet.apply('product', [one], 0);
    look();
    const [upstream] = fleet.of('product');
    upstream?.begin(0).end({ outcome: 'refused' }, 0);
    look();
    upstream?.begin(5000);
    look();
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('counts what is in flight', () => {
    const { fleet, transport } = newFleet();
    fleet.apply('product', [two], 0);
    const [upstream] = fleet.of('product');
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
    const { fleet, transport } = newFleet();
    fleet.apply('product', [one, two], 0);
    fleet.apply('product', [], 0);
    await fleet.destroy();
    expect(fleet.services()).toEqual([]);
    expect(transport.destroyed).toEqual([]);
  });

  it('forgets a service without instances once nothing is in flight to it, and not one that is back', () => {
    const { fleet } = newFleet();
    const [product, order] = [[one], [{ ...two, service_name: 'order' }]];
    const attempts = [...product, ...order].map((instance) => {
      fleet.apply(instance.service_name, [instance], 0);
      const [upstream] = fleet.of(instance.service_name);
      const attempt = upstream?.begin(0);
      fleet.apply(instance.service_name, [], 0);
      return attempt;
    });
    const [productGroup, orderGroup] = [fleet.group('product'), fleet.group('order')];
    fleet.apply('order', order, 0);
    fleet.apply('other', [], 0);
    expect([fleet.group('product'), fleet.group('order')]).toEqual([productGroup, orderGroup]);
    for (const attempt of attempts) attempt?.release();
    fleet.apply('other', [], 0);
    expect([fleet.group('product'), fleet.group('order')]).toEqual([undefined, orderGroup]);
    expect(fleet.services()).toEqual(['order']);
  });
});
