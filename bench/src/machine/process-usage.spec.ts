import { readUsage } from './process-usage';

const burnCpu = (ms: number) => {
  const end = process.cpuUsage().user + ms * 1_000;
  while (process.cpuUsage().user < end);
};

describe('process usage', () => {
  it('sees the time that a process has worked', () => {
    const before = readUsage(process.pid);
    burnCpu(100);
    const worked = readUsage(process.pid).cpuSeconds - before.cpuSeconds;
    expect(worked).toBeGreaterThanOrEqual(0.08);
    expect(worked).toBeLessThan(2);
  });

  it('sees the memory that it holds', () => {
    expect(readUsage(process.pid).rssBytes).toBeGreaterThan(10 * 2 ** 20);
  });

  it('complains about a process that is not there', () => {
    const abovePidMax = 2 ** 22 + 1;
    expect(() => readUsage(abovePidMax)).toThrow('is gone');
  });
});
