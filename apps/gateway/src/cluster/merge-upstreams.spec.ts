import type { UpstreamView } from '@rollcall/contracts';
import { mergeUpstreams } from './merge-upstreams';

const view = (more: Partial<UpstreamView> = {}): UpstreamView => ({
  service: 'product',
  instance_id: 'a',
  url: 'http://a',
  status: 'up',
  reason: 'registered',
  version: null,
  zone: null,
  weight: 100,
  in_flight: 1,
  connections: { open: 2, idle: 1 },
  ejection: null,
  ejected_by_hand: null,
  ...more,
});

const ejected = (availableInMs: number): UpstreamView['ejection'] => ({
  status: 'ejected',
  cause: 'unreachable',
  outcome: 'refused',
  times: 1,
  available_in_ms: availableInMs,
});

describe('the upstreams of several workers', () => {
  it('are each listed once, with the sums of what is under way and open', () => {
    expect(mergeUpstreams([[view(), view({ instance_id: 'b' })], [view({ in_flight: 4 })]])).toEqual([
      view({ in_flight: 5, connections: { open: 4, idle: 2 } }),
      view({ instance_id: 'b' }),
    ]);
  });

  it('are left out for as long as the last worker leaves them out', () => {
    const lists = [[view({ ejection: ejected(500) })], [view()], [view({ ejection: ejected(900) })]];
    expect(mergeUpstreams(lists)[0]?.ejection).toEqual(ejected(900));
  });

  it('of one name in two services stay two', () => {
    expect(mergeUpstreams([[view()], [view({ service: 'order' })]])).toHaveLength(2);
  });
});
