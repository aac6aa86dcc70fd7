import { fleet, servicesOf } from './fleet';

describe('fleet', () => {
  it('has ten instances a service', () => {
    const members = fleet(25);
    expect(servicesOf(members)).toEqual(['service-0', 'service-1', 'service-2']);
    expect(members.filter(({ service }) => service === 'service-1')).toHaveLength(10);
  });

  it('gives each of 100,000 an id and a loopback address of its own', () => {
    const members = fleet(100_000);
    expect(new Set(members.map(({ id }) => id)).size).toBe(100_000);
    expect(new Set(members.map(({ url }) => url)).size).toBe(100_000);
    expect(members.every(({ url }) => /^http:\/\/127\.\d+\.\d+\.\d+:9$/.test(url))).toBe(true);
  });

  it('goes on where another one ended', () => {
    expect(fleet(2, 1_000).map(({ number }) => number)).toEqual([1_000, 1_001]);
  });
});
