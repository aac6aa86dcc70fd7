import { parseProcessStat } from './process-stat';

// As in proc(5); fields 14, 15 and 24 are utime, stime and rss.
const stat = (name: string) =>
  `4711 (${name}) S 4700 4711 4711 0 -1 4194560 1200 0 3 0 250 130 9 8 20 0 11 0 99 1024000 2560 18446744073709551615 1`;

describe('process stat', () => {
  it('adds user and system time, and leaves out that of children already reaped', () => {
    expect(parseProcessStat(stat('node'))).toEqual({
      pid: 4711,
      parentPid: 4700,
      cpuTicks: 380,
      rssPages: 2560,
    });
  });

  it.each(['nginx: worker', 'a) S 1 (b', '))'])('is not misled by a program called "%s"', (name) => {
    expect(parseProcessStat(stat(name))).toEqual(parseProcessStat(stat('node')));
  });

  it('complains about a line that was cut off', () => {
    expect(() => parseProcessStat('4711 (node) S 4700 4711')).toThrow('no field 14');
  });
});
