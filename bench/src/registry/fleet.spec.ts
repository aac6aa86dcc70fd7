import { fleet, servicesOf, shortLived } from './fleet';

const HOME = 'http://127.0.0.1:9';

describe('fleet', () => {
  it('has ten instances a service', () => {
    const members = fleet(HOME, 25);
    expect(servicesOf(members)).toEqual(['service-0', 'service-1', 'service-2']);
    expect(members.filter(({ service }) => service === 'service-1')).toHaveLength(10);
  });

  it('gives each of 100,000 an id and an address of its own, in one home', () => {
    const members = fleet(HOME, 100_000);
    expect(new Set(members.map(({ id }) => id)).size).toBe(100_000);
    expect(new Set(members.map(({ url }) => url)).size).toBe(100_000);
    expect(members.every(({ url }) => url.startsWith(`${HOME}/`))).toBe(true);
  });

  it('goes on where another one ended', () => {
    expect(fleet(HOME, 2, 1_000).map(({ number }) => number)).toEqual([1_000, 1_001]);
  });

  it('has each of the short-lived alone in its service', () => {
    const members = shortLived(HOME, 3, { first: 20, ttlSeconds: 5 });
    expect(servicesOf(members)).toHaveLength(3);
    expect(members.map(({ ttlSeconds }) => ttlSeconds)).toEqual([5, 5, 5]);
  });
});
