import { Registry } from 'prom-client';
import { anInstance } from '../../test/support/an-instance';
import { anOutgoingRequest, aReceiver } from '../../test/support/an-attempt';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createUpstreams } from '../upstreams/upstreams';
import { measureUpstreams, mostInFlight } from './measure-upstreams';

const instance = (id: string, port: number) =>
  anInstance({ instance_id: id, url: `http://127.0.0.1:${port}` });

describe('the instances that a gateway uses', () => {
  it('are counted by what it thinks of them now', async () => {
    const upstreams = createUpstreams(createFakeTransport());
    const registry = new Registry();
    let at = 0;
    measureUpstreams(registry, upstreams, () => at);
    const counted = async () =>
      [...(await registry.metrics()).matchAll(/\{upstream_service="(\w+)",state="(\w+)"\} (\d+)/g)].map(
        ([, ...found]) => found.join(' '),
      );

    upstreams.apply('product', [instance('one', 1), instance('two', 2), instance('three', 3)], 0);
    upstreams.apply('order', [instance('o', 4)], 0);
    const [one, two] = upstreams.of('product');
    one?.begin(0).end({ outcome: 'refused' }, 0);
    two?.eject('new disk', 5000);
    expect(await counted()).toEqual([
      'product available 1',
      'product ejected 2',
      'order available 1',
      'order ejected 0',
    ]);

    at = 5000;
    two?.restore();
    upstreams.apply('order', [], at);
    expect((await counted()).slice(0, 1)).toEqual([expect.stringMatching(/^product available [23]$/)]);
    expect((await counted()).join()).not.toContain('order');
  });

  it('are as full as the service with most requests under way', () => {
    const upstreams = createUpstreams(createFakeTransport());
    expect(mostInFlight(upstreams)).toBe(0);
    upstreams.apply('product', [instance('one', 1)], 0);
    upstreams.apply('order', [instance('o', 4)], 0);
    const [one] = upstreams.of('product');
    one?.begin(0);
    one?.send(anOutgoingRequest(), aReceiver());
    expect(mostInFlight(upstreams)).toBe(1);
  });
});
