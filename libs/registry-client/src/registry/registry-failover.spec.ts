import { createRegistryFailover } from './registry-failover';

describe('whose turn it is', () => {
  it('stays with a registry that answers', () => {
    const failover = createRegistryFailover(['http://a', 'http://b'], () => 1);

    failover.answered();

    expect(failover.url).toBe('http://a');
  });

  it('passes on at once until all have failed, then waits longer with each round', () => {
    const failover = createRegistryFailover(['http://a', 'http://b'], () => 1);

    const waits = Array.from({ length: 6 }, () => [failover.url, failover.failed()]);

    expect(waits).toEqual([
      ['http://a', 0],
      ['http://b', 100],
      ['http://a', 0],
      ['http://b', 200],
      ['http://a', 0],
      ['http://b', 400],
    ]);
  });

  it('begins with the first wait again after an answer', () => {
    const failover = createRegistryFailover(['http://a'], () => 1);
    failover.failed();
    failover.failed();

    failover.answered();

    expect(failover.failed()).toBe(100);
  });

  it('knows addresses without a trailing slash, and with their path', () => {
    const { urls } = createRegistryFailover(['http://a:8080/', 'https://b/rollcall/'], Math.random);

    expect(urls).toEqual(['http://a:8080', 'https://b/rollcall']);
  });

  it.each([[[]], [['a:8080']], [['file:///etc/passwd']], [['http://a', '']]])(
    'is nobody’s among %j',
    (urls) => {
      expect(() => createRegistryFailover(urls, Math.random)).toThrow(TypeError);
    },
  );

  it.each([
    'http://u:hunter2@a',
    'htp://u:hunter2@a',
    'u:hunter2@a',
    'http://u:hun@ter2@[',
    'http://hunter2@a',
  ])('refuses %s, and does not repeat its password', (address) => {
    const creating = () => createRegistryFailover(['http://a', address], () => 1);

    expect(creating).toThrow(TypeError);
    expect(creating).not.toThrow(/hunter2|ter2/);
  });
});
