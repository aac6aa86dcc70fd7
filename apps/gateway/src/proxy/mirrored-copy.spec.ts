/** @jest-environment node */
import type { AttemptEnd } from '@rollcall/load-balancing';
import { headerListOf } from '../headers/header-list';
import type { ResponseHead } from '../ports/transport';
import { MirroredCopy, type CopyResult } from './mirrored-copy';

/** A copy on the clock of the test, and what was heard of it. */
function rig() {
  const ends: AttemptEnd[] = [];
  const results: CopyResult[] = [];
  let released = 0;
  const hostAttempt = {
    end(end: AttemptEnd) {
      ends.push(end);
      return undefined;
    },
    release: () => (released += 1),
  };
  const copy = new MirroredCopy(
    hostAttempt,
    () => 0,
    30_000,
    (result) => results.push(result),
  );
  const fail = (outcome: 'downstream-aborted' | 'headers-timeout' | 'reset-before-response' | 'unsendable') =>
    copy.failed({ outcome, error: new Error(outcome), socketReused: false });
  copy.attached({ abort: () => fail('downstream-aborted'), resume: () => undefined });
  return { copy, ends, results, fail, released: () => released };
}
const head: ResponseHead = { httpVersion: '1.1', status: 200, statusText: '', headers: headerListOf([]) };

describe('a copy of a request', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('gives back what it is lent, and is over with its answer', () => {
    const { copy, ends, results, released } = rig();
    const release = jest.fn();
    copy.response(head);
    expect(copy.data(Buffer.from('a'), release)).toBe(true);
    expect(release).toHaveBeenCalledTimes(1);
    copy.end();
    copy.done();
    expect([ends, results, released()]).toEqual([[{ outcome: 'response', status: 200 }], ['answered'], 1]);
    jest.advanceTimersByTime(60_000);
    expect(results).toEqual(['answered']);
  });

  it.each([
    ['that never begins', () => undefined, ['downstream-aborted']],
    ['that never ends', ({ copy }: ReturnType<typeof rig>) => copy.response(head), ['response']],
  ])('is cut after its time with an answer %s', (_what, before, outcomes) => {
    const one = rig();
    before(one);
    jest.advanceTimersByTime(29_999);
    expect(one.results).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(one.results).toEqual(['timed_out']);
    expect(one.ends.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(one.released()).toBe(1);
  });

  it.each([
    ['headers-timeout', 'timed_out', 'headers-timeout'],
    ['reset-before-response', 'failed', 'reset-before-response'],
    ['unsendable', 'failed', 'downstream-aborted'],
  ] as const)('that ends in %s is %s', (outcome, result, judged) => {
    const { ends, results, fail } = rig();
    fail(outcome);
    expect(results).toEqual([result]);
    expect(ends).toEqual([{ outcome: judged, socketReused: false }]);
  });

  it('is cut by a drain', () => {
    const { copy, results } = rig();
    copy.cut('drained');
    expect(results).toEqual(['drained']);
  });
});
