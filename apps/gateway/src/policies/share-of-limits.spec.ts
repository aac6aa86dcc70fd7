import { gatewayConfig } from '../config';
import { defaultPolicy } from '../default-policy';
import type { Route } from '../routing/route';
import { shareOfRate, shareOfRoute, shareOfSettings } from './share-of-limits';

const config = gatewayConfig.read({ HOLD_CAPACITY: '5', MAX_IN_FLIGHT: '100', MAX_CONNECTIONS: '1001' });
const route = (maxInFlight: number | undefined): Route => ({
  pathPrefix: '/',
  service: 's',
  stripPrefix: false,
  source: 'file',
  policy: { ...defaultPolicy(config), maxInFlight },
});

describe('a worker’s share of what is limited', () => {
  it('is a part of what the settings say, rounded up', () => {
    expect(shareOfSettings(config, 4)).toEqual({
      ...config,
      HOLD_CAPACITY: 2,
      MAX_IN_FLIGHT: 25,
      MAX_CONNECTIONS: 251,
    });
  });

  it.each([
    [10, 4, 2],
    [8, 4, 2],
    [3, 4, 1],
  ])('of a rate of %s among %d is %s, rounded down, but never nothing', (rate, workers, share) => {
    expect(shareOfRate(rate, workers)).toBe(share);
  });

  it.each([
    [10, 4, 3],
    [1, 4, 1],
    [undefined, 4, undefined],
  ])('of %s on a route among %d is %s', (limit, workers, share) => {
    expect(shareOfRoute(route(limit), workers).policy.maxInFlight).toBe(share);
  });

  it('of the copies that may be under way is rounded up too', () => {
    const mirror = {
      service: 'b',
      percent: 1,
      methods: ['GET'],
      bodyBytes: 0,
      maxInFlight: 10,
      showsCredentials: false,
    };
    const plain = route(undefined);
    const { policy } = shareOfRoute({ ...plain, policy: { ...plain.policy, mirror } }, 4);
    expect(policy.mirror).toEqual({ ...mirror, maxInFlight: 3 });
  });
});
