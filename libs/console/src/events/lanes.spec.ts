import type { CatalogEvent } from '@rollcall/contracts';
import { lanesOf, type LanesOptions } from './lanes';

let revision = 0;
const event = (
  at: number,
  type: CatalogEvent['type'],
  reason: string,
  more: Partial<CatalogEvent> = {},
): CatalogEvent => {
  revision += 1;
  const ids = { service_name: 'product', instance_id: 'p-1', url: 'http://127.0.0.1:8081' };
  return { revision, at, type, actor: 'registry', reason, ...ids, ...more };
};
const listed = (status: 'up' | 'suspect', instance_id = 'p-1') => ({
  service_name: 'product',
  instance_id,
  status,
  version: '2.4.1',
  registered_at: 0,
});
const lanes = (options: Partial<LanesOptions>) =>
  lanesOf({ events: [], listed: [], window: { from: 100, to: 200 }, now: 200, ...options });

describe('a lane', () => {
  it('shows what an instance was before its first change in the window, and what it is since the last', () => {
    expect(
      lanes({
        events: [event(150, 'status_changed', 'up → suspect: session_lost')],
        listed: [listed('suspect')],
      }),
    ).toEqual([
      {
        service: 'product',
        lanes: [
          {
            id: 'p-1',
            version: '2.4.1',
            bands: [
              { from: 100, to: 150, status: 'up' },
              { from: 150, to: 200, status: 'suspect' },
            ],
            marks: [{ at: 150, outcome: 'suspect', text: 'session lost' }],
          },
        ],
      },
    ]);
  });

  it('begins with the registration, and ends with the eviction', () => {
    const [product] = lanes({
      events: [event(120, 'registered', 'registered as up'), event(180, 'evicted', 'refused')],
    });

    expect(product?.lanes[0]?.bands).toEqual([{ from: 120, to: 180, status: 'up' }]);
  });

  it('goes as far as now, and not into the future', () => {
    const [product] = lanes({
      events: [event(120, 'registered', 'registered as up')],
      listed: [listed('up')],
      now: 160,
    });

    expect(product?.lanes[0]?.bands).toEqual([{ from: 120, to: 160, status: 'up' }]);
  });

  it('shows a drain of an instance that is out of service as draining, with who asked for it', () => {
    const [product] = lanes({
      events: [
        event(110, 'status_changed', 'up → out_of_service: patch', { actor: 'ana' }),
        event(150, 'status_changed', 'out_of_service → out_of_service: drain', { actor: 'ci' }),
        event(160, 'deregistered', 'deregistered', { actor: 'product' }),
      ],
    });

    expect(product?.lanes[0]?.bands).toEqual([
      { from: 100, to: 110, status: 'up' },
      { from: 110, to: 150, status: 'out_of_service' },
      { from: 150, to: 160, status: 'draining' },
    ]);
    expect(product?.lanes[0]?.marks.map(({ text }) => text)).toEqual(['patch · ana', 'drained · ci', 'left']);
  });

  it('is one band over changes of the reason alone', () => {
    const [product] = lanes({
      events: [
        event(110, 'status_changed', 'up → out_of_service: patch'),
        event(120, 'status_changed', 'out_of_service → out_of_service: patch of today'),
      ],
    });

    expect(product?.lanes[0]?.bands.map(({ status }) => status)).toEqual(['up', 'out_of_service']);
  });

  it('is left out for an instance that changed outside of the window only, or in its routes only', () => {
    expect(lanes({ events: [event(50, 'registered', 'registered as up')], listed: [listed('up')] })).toEqual(
      [],
    );
    expect(lanes({ events: [event(150, 'routes_changed', '/a → /b')], listed: [listed('up')] })).toEqual([]);
  });

  it('of the service with the newest change is the first', () => {
    const services = lanes({
      events: [
        event(110, 'registered', 'registered as up', { service_name: 'order' }),
        event(120, 'registered', 'registered as up'),
        event(130, 'registered', 'registered as up', { service_name: 'order', instance_id: 'o-2' }),
      ],
    });

    expect(services.map(({ service, lanes: own }) => [service, own.length])).toEqual([
      ['order', 2],
      ['product', 1],
    ]);
  });
});
