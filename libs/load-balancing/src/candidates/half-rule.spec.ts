import fc from 'fast-check';
import { availableAmong, mayLoseOneMore } from './half-rule';
import { createOutlierDetector, type OutlierDetector } from '../health/outlier-detector';
import type { Standing } from '../health/outlier-state';

const judged = (standing: Standing) => ({ is: standing, standing: () => standing });
const well = judged('available');
const failing = judged('failing');
const away = judged('not-connected');

describe('availableAmong', () => {
  it.each([
    ['all are well', [well, well], [well, well]],
    ['half is well', [well, well, failing, failing], [well, well]],
    ['less than half is well', [well, failing, failing], [well, failing, failing]],
    ['the only one fails', [failing], [failing]],
    ['some cannot be connected to', [well, away, away, away], [well]],
    [
      'of those that can be connected to less than half is well',
      [well, failing, failing, away],
      [well, failing, failing],
    ],
    ['of those that can be connected to half is well', [well, failing, away, away], [well]],
    ['nobody can be connected to', [away, away], [away, away]],
    ['all that can be connected to fail', [failing, away], [failing]],
    ['there is nobody', [], []],
  ])('when %s', (_, candidates, expected) => {
    expect(availableAmong(candidates, 0)).toEqual(expected);
  });
});

describe('mayLoseOneMore', () => {
  it.each([
    [[well], false],
    [[well, well], true],
    [[well, well, well], true],
    [[well, well, failing], false],
    [[well, well, well, failing], true],
    [[well, well, failing, failing], false],
    [[well, away, away, away], false],
    [[well, well, away, away], true],
  ])('case %#', (candidates, expected) => {
    expect(mayLoseOneMore(candidates, 0)).toBe(expected);
  });
});

describe('the instances of one service', () => {
  const verdicts = fc.constantFrom('answered', 'failed', 'failed', 'failed', 'not-connected', 'nothing');
  const step = fc.record({ who: fc.nat(5), verdict: verdicts, times: fc.integer({ min: 1, max: 6 }) });

  it('are put out for failures only while half of those in reach stays, and never leave nobody', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.tuple(fc.nat(4000), step), { maxLength: 60 }),
        (size, steps) => {
          let now = 0;
          const all: OutlierDetector[] = [];
          for (let index = 0; index < size; index += 1)
            all.push(createOutlierDetector({ mayEject: (at) => mayLoseOneMore(all, at) }));
          const inReach = () => all.filter((each) => each.standing(now) !== 'not-connected');
          const ofFailures = ({ state }: OutlierDetector) =>
            state.status !== 'healthy' && state.cause === 'failures';

          for (const [after, { who, verdict, times }] of steps) {
            now += after;
            const one = all[who % size];
            if (one === undefined) continue;
            for (let time = 0; time < times; time += 1) {
              const spare = mayLoseOneMore(all, now);
              const status = () => one.state.status;
              const wasHealthy = status() === 'healthy';
              const transition = one.record(one.admit(now), 'response', verdict, now);
              expect(transition === 'ejected').toBe(wasHealthy && status() === 'ejected');
              if (transition === 'ejected' && ofFailures(one)) expect(spare).toBe(true);
            }
            const picked = availableAmong(all, now);
            expect(picked.length).toBeGreaterThan(0);
            expect(picked.length * 2).toBeGreaterThanOrEqual(inReach().length);
            if (inReach().length > 0) for (const each of picked) expect(inReach()).toContain(each);
          }
        },
      ),
    );
  });
});
