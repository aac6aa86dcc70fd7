import fc from 'fast-check';
import {
  createAttemptSeries,
  type AttemptSeriesOptions,
  type FailedSend,
  type OtherUpstreams,
} from './attempt-series';
import { createDeadline } from './deadline';
import { createRetryBudget } from './retry-budget';

/** Upstreams by their names; those in capitals are only a last resort. */
function othersAmong(names: string): OtherUpstreams<string> {
  const untried = (tried: readonly string[]) => [...names].filter((name) => !tried.includes(name));
  return {
    pickOther(tried) {
      const left = untried(tried);
      const upstream = left.find((name) => name === name.toLowerCase()) ?? left[0];
      if (upstream === undefined) return { kind: 'none' };
      return { kind: upstream === upstream.toLowerCase() ? 'available' : 'last-resort', upstream };
    },
    hasOther: (tried) => untried(tried).length > 0,
  };
}

function newSeries(options: Partial<AttemptSeriesOptions<string>> = {}) {
  return createAttemptSeries<string>(
    {
      others: othersAmong('abc'),
      budget: createRetryBudget(),
      deadline: createDeadline(0, 1000),
      maxAttempts: 3,
      idempotent: true,
      ...options,
    },
    0,
  );
}

const RESET: FailedSend = { outcome: 'reset-before-response', socketReused: false, bodyReplayable: true };
const REFUSED: FailedSend = { outcome: 'refused', socketReused: false, bodyReplayable: true };

describe('attempt series', () => {
  it('goes from one instance to the next until its attempts are spent', () => {
    const series = newSeries();
    series.begin('a');
    expect(series.next(RESET, 1)).toEqual({ on: 'b' });
    series.begin('b');
    expect(series.next(RESET, 2)).toEqual({ on: 'c' });
    series.begin('c');
    expect(series.next(RESET, 3)).toEqual({ refuse: 'attempts-spent' });
    expect(series.attempts).toBe(3);
  });

  it('does not count what was never sent', () => {
    const series = newSeries({ others: othersAmong('abcde'), idempotent: false, maxAttempts: 2 });
    for (const [upstream, following] of ['ab', 'bc', 'cd', 'de']) {
      series.begin(upstream ?? '');
      expect(series.next(REFUSED, 1)).toEqual({ on: following });
    }
    series.begin('e');
    expect(series.next(RESET, 2)).toEqual({ refuse: 'not-idempotent' });
  });

  it('asks the same instance again after a keep-alive race, when there is no other', () => {
    const series = newSeries({ others: othersAmong('a') });
    series.begin('a');
    expect(series.next({ ...RESET, socketReused: true }, 1)).toEqual({ on: 'a' });
  });

  it('spends of the budget what was sent, and nothing for what was refused', () => {
    const budget = createRetryBudget({ ratio: 0, minPerSecond: 1, windowSeconds: 1 });
    const first = newSeries({ budget });
    first.begin('a');
    expect(first.next(REFUSED, 0)).toEqual({ on: 'b' });
    first.begin('b');
    expect(first.next(RESET, 0)).toEqual({ on: 'c' });
    const second = newSeries({ budget });
    second.begin('a');
    expect(second.next(RESET, 0)).toEqual({ refuse: 'budget-spent' });
  });

  describe('gives an attempt', () => {
    const patience = (options: Partial<AttemptSeriesOptions<string>>, replayable = true, now = 0) => {
      const series = newSeries(options);
      series.begin('a');
      return series.patienceMs(100, replayable, now);
    };
    it('its own time-out where another instance could be asked', () => expect(patience({})).toBe(100));
    it.each<[string, Partial<AttemptSeriesOptions<string>>, boolean]>([
      ['there is no other', { others: othersAmong('a') }, true],
      ['it must not be applied twice', { idempotent: false }, true],
      ['its body could not be sent again', {}, false],
      ['it is the last one', { maxAttempts: 1 }, true],
      ['there is no budget', { budget: undefined }, true],
    ])('all the time there is where %s', (_why, options, replayable) =>
      expect(patience(options, replayable)).toBe(1000),
    );
    it('no more than is left, and at least a moment', () => {
      expect(patience({}, true, 950)).toBe(50);
      expect(patience({}, true, 2000)).toBe(1);
    });
  });

  it('sends nothing twice that must not be, tries nobody twice but in a race, and ends', () => {
    const failure = fc.record({
      outcome: fc.constantFrom(
        'refused',
        'unreachable',
        'reset-before-response',
        'bad-response',
        'headers-timeout',
        'downstream-aborted',
        'overloaded',
      ),
      socketReused: fc.boolean(),
      bodyReplayable: fc.boolean(),
    } as const);
    const run = (
      failures: readonly FailedSend[],
      names: string,
      idempotent: boolean,
      maxAttempts: number,
    ): void => {
      const series = newSeries({ others: othersAmong(names), idempotent, maxAttempts });
      const tried: string[] = [];
      let sent = 0;
      let upstream: string | undefined = names[0];
      for (const [index, failed] of failures.entries()) {
        if (upstream === undefined) return;
        series.begin(upstream);
        tried.push(upstream);
        const neverSent = ['refused', 'unreachable', 'overloaded'].includes(failed.outcome);
        if (!neverSent) sent += 1;
        const next = series.next(failed, index);
        if (next.refuse === undefined) {
          expect(failed.bodyReplayable && (neverSent || idempotent)).toBe(true);
          expect(sent).toBeLessThan(maxAttempts + (neverSent ? 1 : 0));
          const isRace = failed.outcome === 'reset-before-response' && failed.socketReused;
          if (tried.includes(next.on)) expect([isRace, next.on]).toEqual([true, upstream]);
        }
        upstream = next.on;
      }
      expect(tried.length).toBeLessThanOrEqual(10);
    };
    fc.assert(
      fc.property(
        fc.array(failure, { minLength: 12, maxLength: 12 }),
        fc.constantFrom('a', 'ab', 'aB', 'abcdefghijklmn', 'aBCDEFGHIJKLMN'),
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        run,
      ),
      { numRuns: 500 },
    );
  });
});
