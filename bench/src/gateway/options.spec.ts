import { readOptions } from './options';

describe('options of the gateway benchmark', () => {
  it('are everything, three times, on the Node at hand', () => {
    const { cases, peers, rounds, node, profile } = readOptions([], {});
    expect(cases.map(({ id }) => id)).toEqual([
      'get-37',
      'services-1000',
      'jwt',
      'get-10k',
      'get-1m',
      'post-1k',
      'idle-1000',
      'slow-64',
      'h2',
      'grpc',
      'mtls',
    ]);
    expect(peers[0]?.id).toBe('rollcall');
    expect({ rounds, node, profile }).toEqual({ rounds: 3, node: undefined, profile: false });
  });

  it('narrow the run down', () => {
    const options = readOptions(['--cases', 'post-1k', '--peers=nginx,rollcall', '--rounds', '1'], {});
    expect(options.cases.map(({ id }) => id)).toEqual(['post-1k']);
    expect(options.peers.map(({ id }) => id)).toEqual(['rollcall', 'nginx']);
    expect(options.rounds).toBe(1);
  });

  it('have our gateway take part without load reports', () => {
    const { peers } = readOptions(['--peers', 'rollcall', '--unreported'], {});
    expect(peers.map(({ id }) => id)).toEqual(['rollcall', 'rollcall-unreported']);
  });

  it('have the least that a proxy costs on Node take part', () => {
    const { peers } = readOptions(['--peers', 'rollcall', '--floor'], {});
    expect(peers.map(({ id }) => id)).toEqual(['rollcall', 'bare-node']);
  });

  it('take the Node from the command line, or else from NODE_BIN', () => {
    expect(readOptions([], { NODE_BIN: '/opt/node' }).node).toBe('/opt/node');
    expect(readOptions(['--node', '24'], { NODE_BIN: '/opt/node' }).node).toBe('24');
  });

  it.each([['--cases', 'get-38'], ['--rounds', 'three'], ['--speed', '9'], ['nginx']])(
    'refuse %s %s',
    (...args) => {
      expect(() => readOptions(args, {})).toThrow();
    },
  );
});
