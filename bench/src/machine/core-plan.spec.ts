import { parseCpuList, planCores } from './core-plan';

describe('core plan', () => {
  it('lets upstream and load share the second of two cores', () => {
    expect(planCores([0, 1])).toEqual({ subject: '0', upstream: '1', load: '1', shared: true });
  });

  it('keeps them apart where there are more', () => {
    expect(planCores([2, 3, 6, 7])).toEqual({ subject: '2', upstream: '3', load: '6,7', shared: false });
  });

  it('has no plan for a single core', () => {
    expect(planCores([0])).toBeUndefined();
    expect(planCores([])).toBeUndefined();
  });
});

describe('CPU list', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,4,6-7\n', [0, 1, 4, 6, 7]],
  ])('%j', (list, cores) => {
    expect(parseCpuList(list)).toEqual(cores);
  });
});
