import fc from 'fast-check';
import { createRetryBudget } from './retry-budget';

const spendAll = (budget: ReturnType<typeof createRetryBudget>, now: number) => {
  let spent = 0;
  for (; budget.hasLeft(now) && spent < 10_000; spent += 1) budget.spend(now);
  return spent;
};

const requests = (budget: ReturnType<typeof createRetryBudget>, count: number, now: number) => {
  for (let request = 0; request < count; request += 1) budget.request(now);
};

describe('retry budget', () => {
  it('allows ten a second over its window to a caller without traffic', () => {
    expect(spendAll(createRetryBudget(), 0)).toBe(100);
  });

  it('allows a fifth of the requests when that is more', () => {
    const budget = createRetryBudget();
    requests(budget, 1000, 0);
    expect(spendAll(budget, 500)).toBe(200);
  });

  it('forgets requests and retries once they have left the window', () => {
    const budget = createRetryBudget();
    requests(budget, 1000, 0);
    spendAll(budget, 0);
    expect(budget.hasLeft(9999)).toBe(false);
    expect(spendAll(budget, 10_000)).toBe(100);
  });

  it('counts what falls into the same place of its ring only once', () => {
    const budget = createRetryBudget({ ratio: 0.5, minPerSecond: 0, windowSeconds: 2 });
    requests(budget, 10, 0);
    requests(budget, 4, 2000);
    expect(spendAll(budget, 2000)).toBe(2);
  });

  it('counts the same as a list of everything that has happened', () => {
    const step = fc.tuple(fc.nat(4000), fc.constantFrom('request' as const, 'spend' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const budget = createRetryBudget({ ratio: 0.5, minPerSecond: 0, windowSeconds: 3 });
        const happened: { second: number; what: string }[] = [];
        let now = 0;
        for (const [after, what] of steps) {
          now += after;
          budget[what](now);
          const second = Math.floor(now / 1000);
          happened.push({ second, what });
          const inWindow = happened.filter((one) => one.second > second - 3);
          const spent = inWindow.filter((one) => one.what === 'spend').length;
          expect(budget.hasLeft(now)).toBe(spent < Math.floor((inWindow.length - spent) * 0.5));
        }
      }),
    );
  });
});
