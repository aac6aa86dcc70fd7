import { gatewayConfig } from '../config';
import { defaultPolicy } from '../default-policy';
import type { Route } from '../routing/route';
import { shareOfConfig, shareOfRoute } from './share-of-limits';

const config = gatewayConfig.read({ HOLD_CAPACITY: '5', MAX_IN_FLIGHT: '100' });
const route = (maxInFlight: number | undefined): Route => ({
  pathPrefix: '/',
  service: 's',
  stripPrefix: false,
  source: 'file',
  policy: { ...defaultPolicy(config), maxInFlight },
});

describe('a worker’s share of what is limited', () => {
  it('is a part of what the settings say, rounded up', () => {
    expect(shareOfConfig(config, 4)).toMatchObject({ HOLD_CAPACITY: 2, MAX_IN_FLIGHT: 25 });
  });

  it.each([
    [10, 4, 3],
    [1, 4, 1],
    [undefined, 4, undefined],
  ])('of %s on a route among %d is %s', (limit, workers, share) => {
    expect(shareOfRoute(route(limit), workers).policy.maxInFlight).toBe(share);
  });
});
