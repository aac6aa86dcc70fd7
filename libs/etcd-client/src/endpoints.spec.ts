import { backoffMs, createEndpointRotation, parseEndpoints } from './endpoints';

describe('the endpoints of a cluster', () => {
  it.each([
    [['http://etcd'], false, ['etcd:2379']],
    [['http://10.0.0.1:2379', 'http://10.0.0.2:2380/'], false, ['10.0.0.1:2379', '10.0.0.2:2380']],
    [['https://[::1]:2379'], true, ['[::1]:2379']],
    [['http://etcd:80'], false, ['etcd:80']],
    [['https://etcd:443'], true, ['etcd:443']],
    [['http://a:1', 'http://a:1'], false, ['a:1']],
  ])('%j are read', (urls, secure, hosts) => {
    expect(parseEndpoints(urls)).toEqual({ secure, hosts });
  });

  it.each([
    [[], /at least one/],
    [['etcd:2379'], /etcd:2379 is not a URL/],
    [['10.0.0.1:2379'], /is not a URL/],
    [['unix:///run/etcd'], /is not a URL/],
    [['http://etcd:2379/v3'], /more than a host and a port/],
    [['http://root:secret@etcd:2379'], /more than a host and a port/],
    [['http://a:2379', 'https://b:2379'], /mix http and https/],
  ])('%j are refused, with what to write', (urls, message) => {
    expect(() => parseEndpoints(urls)).toThrow(message);
  });
});

describe('the order in which endpoints are tried', () => {
  const take = (count: number, random: number) => {
    const rotation = createEndpointRotation(['a', 'b', 'c'], () => random);
    return Array.from({ length: count }, () => rotation.next());
  };

  it.each([
    [0, 'a b c a'],
    [0.34, 'b c a b'],
    [0.99, 'c a b c'],
  ])('begins at random (%d) and goes round', (random, hosts) => {
    expect(
      take(4, random)
        .map(({ host }) => host)
        .join(' '),
    ).toBe(hosts);
  });

  it('waits before each round but the first', () => {
    expect(take(13, 0).map(({ waitMs }) => waitMs)).toEqual([0, 0, 0, 50, 0, 0, 100, 0, 0, 200, 0, 0, 400]);
  });

  it('begins a new first round after a success, at the next endpoint', () => {
    const rotation = createEndpointRotation(['a', 'b', 'c'], () => 0);
    for (let taken = 0; taken < 4; taken += 1) rotation.next();

    rotation.succeeded();

    expect([rotation.next(), rotation.next(), rotation.next(), rotation.next()]).toEqual([
      { host: 'b', waitMs: 0 },
      { host: 'c', waitMs: 0 },
      { host: 'a', waitMs: 0 },
      { host: 'b', waitMs: 50 },
    ]);
  });

  it.each([
    [0, 50, 100],
    [1, 100, 200],
    [3, 400, 800],
    [4, 500, 1000],
    [1000, 500, 1000],
  ])('the wait after round %d is from %d to %d ms', (round, least, most) => {
    expect(backoffMs(round, () => 0)).toBe(least);
    expect(backoffMs(round, () => 1)).toBe(most);
  });
});
