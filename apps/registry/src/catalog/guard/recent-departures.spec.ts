import { createRecentDepartures } from './recent-departures';

const gone = (at: number) => ({ at, leaseMs: 30_000 });

describe('recent departures', () => {
  it('are counted for one lease, of their own service', () => {
    const departures = createRecentDepartures();
    departures.note('product', 'http://a', gone(0));
    departures.note('product', 'http://b', gone(10_000));
    departures.note('order', 'http://c', gone(0));
    expect(departures.count('product', 29_999)).toBe(2);
    expect(departures.count('product', 30_000)).toBe(1);
    expect(departures.count('product', 40_000)).toBe(0);
    expect(departures.count('nobody', 0)).toBe(0);
  });

  it('are not counted once they are back, however often they went', () => {
    const departures = createRecentDepartures();
    departures.note('product', 'http://a', gone(0));
    departures.note('product', 'http://a', gone(1000));
    expect(departures.count('product', 1000)).toBe(1);
    departures.isBack('product', 'http://a');
    expect(departures.count('product', 1000)).toBe(0);
  });

  it('are forgotten when they count no more', () => {
    const departures = createRecentDepartures();
    departures.note('product', 'http://a', gone(0));
    departures.forget(30_000);
    // Even for a question about the past, which nobody asks.
    expect(departures.count('product', 0)).toBe(0);
  });
});
