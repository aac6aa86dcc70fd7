import type { Instance } from '@rollcall/contracts';
import { anOutgoingRequest, aReceiver } from '../../test/support/an-attempt';
import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createFleet } from './fleet';
import { createServiceGroup } from './service-group';

const instance = (id: string, given: Partial<Instance> = {}) =>
  anInstance({ instance_id: id, url: `http://${id}.test`, ...given });
const request = anOutgoingRequest();
const receiver = aReceiver();

describe('service group', () => {
  it('counts what is under way, to instances that are off the list too', () => {
    const group = createServiceGroup(createFakeTransport());
    group.apply([instance('a'), instance('b')], 0);
    const [a, b] = group.upstreams;
    a?.send(request, receiver);
    b?.send(request, receiver);
    group.apply([instance('b')], 0);
    expect(group.inFlight).toBe(2);
    a?.finished();
    expect(group.inFlight).toBe(1);
  });

  it('is kept while something is under way, and not for ever', () => {
    const fleet = createFleet(createFakeTransport());
    fleet.apply('product', [instance('a')], 0);
    const [a] = fleet.of('product');
    a?.send(request, receiver);
    fleet.apply('product', [], 0);
    expect([fleet.services(), fleet.group('product')?.inFlight]).toEqual([[], 1]);
    a?.finished();
    fleet.apply('order', [], 0);
    expect(fleet.group('product')).toBeUndefined();
  });

  it('takes for new who comes to others, who comes in another life, and who gets ready', () => {
    const group = createServiceGroup(createFakeTransport());
    const since = () => group.upstreams.map((one) => one.since);
    group.apply([instance('a')], 10);
    group.apply([instance('a'), instance('b', { status: 'starting' })], 20);
    expect(since()).toEqual([-Infinity, 20]);
    group.apply([instance('a'), instance('b')], 30);
    expect(since()).toEqual([-Infinity, 30]);
    group.apply([instance('a', { epoch: 2 }), instance('b', { status: 'suspect' })], 40);
    expect(since()).toEqual([40, 30]);
    group.apply([instance('a', { epoch: 2 }), instance('b')], 50);
    expect(since()).toEqual([40, 30]);
  });

  it('takes for new who was out and is back', () => {
    const group = createServiceGroup(createFakeTransport());
    group.apply([instance('a'), instance('b')], 0);
    const [a] = group.upstreams;
    a?.record(a.admit(0), 'refused', 'not-connected', 0);
    a?.record(a.admit(1000), 'response', 'answered', 1001);
    expect(a?.since).toBe(1001);
  });

  it('knows how long answers take, and does not take who fails at once for fast', () => {
    const group = createServiceGroup(createFakeTransport());
    group.apply([instance('a'), instance('b'), instance('c')], 0);
    const [a, b, c] = group.upstreams;
    a?.observe('answered', 20, 100);
    b?.observe('failed', 1, 100);
    c?.observe('not-connected', 1, 100);
    expect([a, b, c].map((one) => one?.latencyMs(100))).toEqual([20, 1000, 0]);
  });
});
