import fc from 'fast-check';
import { createResetBudget } from './reset-budget';

describe('the reset budget of a session', () => {
  it('has a hundred resets at once, and no more', () => {
    const budget = createResetBudget(() => 0);
    const spent = Array.from({ length: 101 }, () => budget.spend());
    expect([spent.slice(0, 100).every(Boolean), spent[100]]).toEqual([true, false]);
  });

  it('gets one back for each stream that ended well', () => {
    const budget = createResetBudget(() => 0);
    for (let n = 0; n < 10_000; n += 1) {
      expect(budget.spend()).toBe(true);
      budget.earn();
    }
  });

  it('gets ten back a second', () => {
    let now = 0;
    const budget = createResetBudget(() => now);
    for (let n = 0; n < 100; n += 1) budget.spend();
    now = 1000;
    expect(Array.from({ length: 11 }, () => budget.spend())).toEqual([
      ...Array.from({ length: 10 }, () => true),
      false,
    ]);
  });

  it('never allows more than the burst, the rate and what ended well together', () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 5000 }), earns: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        let now = 0;
        let earned = 0;
        let allowed = 0;
        const budget = createResetBudget(() => now);
        for (const { waitMs, earns } of steps) {
          now += waitMs;
          if (earns) {
            budget.earn();
            earned += 1;
          } else if (budget.spend()) allowed += 1;
        }
        return allowed <= 100 + (now / 1000) * 10 + earned;
      }),
    );
  });
});
