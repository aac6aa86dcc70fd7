import { compare } from './comparison';

const round = (cpuMicros: number, rest = {}) => ({
  requestsPerSecond: 1_000,
  cpuMicros,
  busy: 1,
  p50Ms: 1,
  p99Ms: 2,
  rssBytes: 1_024,
  failures: 0,
  connectionsLost: 0,
  ...rest,
});

describe('comparison', () => {
  it('shows the median of the rounds', () => {
    const [row] = compare([{ title: 'nginx', rounds: [round(12), round(30), round(10)] }], 'ours');
    expect(row?.medians.cpuMicros).toBe(12);
  });

  it('divides ours by theirs round by round, so that a slow round of both does not count', () => {
    const ours = { title: 'ours', rounds: [round(30), round(90), round(33)] };
    const theirs = { title: 'theirs', rounds: [round(60), round(180), round(60)] };
    expect(compare([ours, theirs], 'ours').map(({ cpuRatio }) => cpuRatio)).toEqual([1, 0.5]);
  });

  it('adds up what failed, which no median may hide', () => {
    const rounds = [round(10), round(10, { failures: 3, connectionsLost: 7 }), round(10)];
    const [row] = compare([{ title: 'theirs', rounds }], 'ours');
    expect(row?.medians).toMatchObject({ failures: 3, connectionsLost: 7 });
  });

  it('has no ratio when we were not measured', () => {
    expect(compare([{ title: 'theirs', rounds: [round(10)] }], 'ours')[0]?.cpuRatio).toBeNaN();
  });
});
