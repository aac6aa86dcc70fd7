import { processTree } from './process-tree';

const process = (pid: number, parentPid: number) => ({ pid, parentPid, cpuTicks: 0, rssPages: 0 });
const pidsOf = (root: number, all: ReturnType<typeof process>[]) =>
  processTree(root, all).map(({ pid }) => pid);

describe('process tree', () => {
  it('holds children and their children, and nobody else', () => {
    const all = [process(1, 0), process(10, 1), process(11, 10), process(12, 11), process(20, 1)];
    expect(pidsOf(10, all)).toEqual([10, 11, 12]);
  });

  it('does not mind a child that is listed before its parent', () => {
    expect(pidsOf(90, [process(5, 90), process(3, 5), process(90, 1)])).toEqual([90, 5, 3]);
  });

  it('is empty once the root is gone', () => {
    expect(pidsOf(10, [process(1, 0), process(11, 1)])).toEqual([]);
  });
});
