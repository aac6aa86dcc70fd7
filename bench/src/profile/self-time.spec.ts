import { selfTimes } from './self-time';

const frame = (id: number, functionName: string, url = '', lineNumber = 0) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const always = { from: 0, to: Number.POSITIVE_INFINITY };

describe('self times', () => {
  it('add up the samples of a function wherever it was called from, the busiest first', () => {
    const profile = {
      nodes: [
        frame(1, '(root)'),
        frame(2, 'pick', 'file:///home/me/rollcall/libs/load-balancing/dist/pick.js', 9),
        frame(3, 'write', 'node:net', 99),
        frame(4, 'pick', 'file:///home/me/rollcall/libs/load-balancing/dist/pick.js', 9),
      ],
      startTime: 0,
      samples: [2, 3, 4, 2],
      timeDeltas: [100, 250, 300, 350],
    };
    expect(selfTimes(profile, always)).toEqual([
      { name: 'pick', place: 'libs/load-balancing/dist/pick.js:10', share: 0.75 },
      { name: 'write', place: 'node:net:100', share: 0.25 },
    ]);
  });

  it('are shares of the working time: waiting is none', () => {
    const profile = {
      nodes: [frame(1, '(idle)'), frame(2, '')],
      startTime: 0,
      samples: [1, 2],
      timeDeltas: [900, 100],
    };
    expect(selfTimes(profile, always)).toEqual([{ name: '(anonymous)', place: '', share: 1 }]);
  });

  it('leave out what happened before and after the period', () => {
    const profile = {
      nodes: [frame(1, 'load'), frame(2, 'serve'), frame(3, 'stop')],
      startTime: 1_000,
      samples: [1, 2, 2, 3],
      timeDeltas: [500, 300, 200, 400],
    };
    expect(selfTimes(profile, { from: 1_600, to: 2_000 })).toEqual([{ name: 'serve', place: '', share: 1 }]);
  });

  it('name the package of a dependency, not where it is installed', () => {
    const profile = {
      nodes: [frame(1, 'dispatch', '/srv/apps/rollcall/node_modules/undici/lib/client.js', 0)],
      startTime: 0,
      samples: [1],
      timeDeltas: [1],
    };
    expect(selfTimes(profile, always)[0]?.place).toBe('node_modules/undici/lib/client.js:1');
  });
});
