import fc from 'fast-check';
import { BoundedSubjects, OTHER } from './bounded-subjects';

const counters = (max?: number) => new BoundedSubjects(() => ({ count: 0 }), max);
const counted = (subjects: BoundedSubjects<{ count: number }>) =>
  Object.fromEntries([...subjects].map(([name, { count }]) => [name, count]));

describe('subjects of a metric', () => {
  it('beyond the bound are counted together', () => {
    const subjects = counters(2);
    for (const name of ['a', 'b', 'c', 'd', 'a']) subjects.of(name).count += 1;
    expect(counted(subjects)).toEqual({ a: 2, b: 1, [OTHER]: 2 });
  });

  it('are forgotten when they were gone at two looks in a row', () => {
    const subjects = counters();
    for (const name of ['stays', 'restarts', 'goes']) subjects.of(name).count += 1;
    subjects.of('own', true).count += 1;
    subjects.retain((name) => name === 'stays');
    expect(Object.keys(counted(subjects))).toEqual(['stays', 'restarts', 'goes', 'own']);
    subjects.retain((name) => name !== 'goes');
    subjects.retain((name) => name !== 'goes' && name !== 'restarts');
    expect(Object.keys(counted(subjects))).toEqual(['stays', 'restarts', 'own']);
  });

  it('make room for others when they are forgotten', () => {
    const subjects = counters(1);
    subjects.of('a').count += 1;
    subjects.retain(() => false);
    subjects.retain(() => false);
    subjects.of('b').count += 1;
    expect(counted(subjects)).toEqual({ b: 1 });
  });

  it('are never more than the bound and one, and lose nothing that is counted', () => {
    const name = fc.stringMatching(/^[a-e]{1,2}$/);
    fc.assert(
      fc.property(fc.array(name), fc.integer({ min: 0, max: 5 }), (names, max) => {
        const subjects = counters(max);
        for (const one of names) subjects.of(one).count += 1;
        const counts = Object.values(counted(subjects));
        expect(counts.length).toBeLessThanOrEqual(max + 1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(names.length);
      }),
    );
  });
});
