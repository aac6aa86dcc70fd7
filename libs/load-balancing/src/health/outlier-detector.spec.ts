import fc from 'fast-check';
import type { Outcome } from './outcome';
import { attemptVerdict } from './attempt-verdict';
import { createOutlierDetector, type Admission, type OutlierDetector } from './outlier-detector';

const newDetector = (mayEject = true) => createOutlierDetector({ mayEject: () => mayEject });
const record = (
  detector: OutlierDetector,
  admission: Admission,
  outcome: Outcome,
  now: number,
  status = 200,
) => detector.record(admission, outcome, attemptVerdict(outcome, status, false), now);
const refuse = (detector: OutlierDetector, now: number) =>
  record(detector, detector.admit(now), 'refused', now);
const fail = (detector: OutlierDetector, now: number, times = 1) => {
  let transition;
  for (let time = 0; time < times; time += 1)
    transition = record(detector, detector.admit(now), 'response', now, 503);
  return transition;
};
const answer = (detector: OutlierDetector, now: number) =>
  record(detector, detector.admit(now), 'response', now);
const isAvailable = (detector: OutlierDetector, now: number) => detector.standing(now) === 'available';

describe('outlier detector', () => {
  it.each<Outcome>(['refused', 'unreachable'])('ejects at once what is %s', (outcome) => {
    const detector = newDetector();
    expect(record(detector, detector.admit(0), outcome, 0)).toBe('ejected');
    expect(isAvailable(detector, 999)).toBe(false);
    expect(isAvailable(detector, 1000)).toBe(true);
  });

  it.each<Outcome>(['response', 'reset-before-response', 'headers-timeout', 'downstream-aborted'])(
    'keeps what ended in %s',
    (outcome) => {
      const detector = newDetector();
      expect(record(detector, detector.admit(0), outcome, 0)).toBeUndefined();
      expect(isAvailable(detector, 0)).toBe(true);
    },
  );

  it('stays out twice as long after each trial that fails, 30 s at most', () => {
    const detector = newDetector();
    const waits: number[] = [];
    for (let now = 0; waits.length < 7; now = detector.availableAt ?? NaN) {
      refuse(detector, now);
      waits.push((detector.availableAt ?? NaN) - now);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('lets one attempt through as a trial, and another when that one is slow to tell', () => {
    const detector = newDetector();
    refuse(detector, 0);
    detector.admit(1000);
    expect(isAvailable(detector, 1500)).toBe(false);
    expect(isAvailable(detector, 2000)).toBe(true);
  });

  it('believes the slow trial too', () => {
    const detector = newDetector();
    refuse(detector, 0);
    const slow = detector.admit(1000);
    detector.admit(2000);
    expect(record(detector, slow, 'response', 2500)).toBe('restored');
  });

  it('tries again at once when the caller of a trial goes away', () => {
    const detector = newDetector();
    refuse(detector, 0);
    record(detector, detector.admit(1000), 'downstream-aborted', 1001);
    expect(isAvailable(detector, 1001)).toBe(true);
  });

  it('drops the late word of an attempt that began before the ejection', () => {
    const detector = newDetector();
    const early = detector.admit(0);
    refuse(detector, 1);
    expect(record(detector, early, 'response', 2)).toBeUndefined();
    expect(isAvailable(detector, 3)).toBe(false);
  });

  it('is restored by an answer to an attempt that was forced on it', () => {
    const detector = newDetector();
    refuse(detector, 0);
    expect(record(detector, detector.admit(500), 'response', 501)).toBe('restored');
  });

  it('does not stay out longer for refusing what was forced on it', () => {
    const detector = newDetector();
    refuse(detector, 0);
    refuse(detector, 500);
    expect(detector.availableAt).toBe(1000);
  });

  it('forgets everything when the registry has news', () => {
    const detector = newDetector();
    refuse(detector, 0);
    detector.reset();
    expect(isAvailable(detector, 1)).toBe(true);
  });

  it('puts out who fails five attempts in a row, for ten seconds', () => {
    const detector = newDetector();
    expect(fail(detector, 0, 4)).toBeUndefined();
    expect(fail(detector, 0)).toBe('ejected');
    expect([0, 9999, 10_000].map((now) => detector.standing(now))).toEqual([
      'failing',
      'failing',
      'available',
    ]);
  });

  it('counts failures in a row only', () => {
    const detector = newDetector();
    fail(detector, 0, 4);
    answer(detector, 0);
    expect(fail(detector, 0, 4)).toBeUndefined();
    expect(isAvailable(detector, 0)).toBe(true);
  });

  it('keeps who fails while the service cannot do without, and asks again with the next failure', () => {
    let spare = false;
    const detector = createOutlierDetector({ mayEject: () => spare });
    expect(fail(detector, 0, 9)).toBeUndefined();
    spare = true;
    expect(fail(detector, 0)).toBe('ejected');
  });

  it('puts out again at once who fails the trial, each time for ten seconds more', () => {
    const detector = newDetector();
    const waits: number[] = [];
    fail(detector, 0, 5);
    for (let now = detector.availableAt ?? NaN; waits.length < 3; now = detector.availableAt ?? NaN) {
      expect(fail(detector, now)).toBeUndefined();
      waits.push((detector.availableAt ?? NaN) - now);
    }
    expect(waits).toEqual([20_000, 30_000, 40_000]);
  });

  it('remembers earlier ejections, and forgets one with every ten seconds of answers', () => {
    const detector = newDetector();
    fail(detector, 0, 5);
    expect(answer(detector, 10_000)).toBe('restored');
    fail(detector, 15_000, 5);
    expect(detector.availableAt).toBe(35_000);
    answer(detector, 35_000);
    answer(detector, 45_000);
    answer(detector, 54_999);
    fail(detector, 54_999, 5);
    expect(detector.availableAt).toBe(74_999);
    answer(detector, 74_999);
    answer(detector, 85_000);
    answer(detector, 95_000);
    fail(detector, 95_000, 5);
    expect(detector.availableAt).toBe(105_000);
  });

  it('takes the failure of a trial after a refusal for a connection that stands', () => {
    const detector = newDetector();
    refuse(detector, 0);
    expect(fail(detector, 1000)).toBe('restored');
    expect(fail(detector, 1000, 4)).toBe('ejected');
  });

  it('takes the refusal of one that is out for failures for the worse news', () => {
    const detector = newDetector();
    fail(detector, 0, 5);
    refuse(detector, 1);
    expect(detector.standing(1)).toBe('not-connected');
    expect(detector.availableAt).toBe(1001);
  });

  it('keeps its invariants whatever happens in whatever order', () => {
    const outcomes = fc.constantFrom<Outcome>(
      'response',
      'refused',
      'unreachable',
      'reset-before-response',
      'headers-timeout',
      'overloaded',
      'downstream-aborted',
    );
    const commands = fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('admit' as const), after: fc.nat(3000) }),
        fc.record({
          type: fc.constant('record' as const),
          after: fc.nat(3000),
          which: fc.nat(20),
          outcome: outcomes,
          status: fc.constantFrom(200, 503),
        }),
        fc.record({ type: fc.constant('reset' as const), after: fc.nat(3000) }),
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(commands, fc.boolean(), (sequence, mayEject) => {
        const detector = newDetector(mayEject);
        const status = () => detector.state.status;
        const pending: Admission[] = [];
        let now = 0;
        for (const command of sequence) {
          now += command.after;
          const wasHealthy = status() === 'healthy';
          if (command.type === 'admit') pending.push(detector.admit(now));
          if (command.type === 'reset') detector.reset();
          if (command.type === 'record') {
            const [admission] = pending.splice(command.which % Math.max(1, pending.length), 1);
            if (admission === undefined) continue;
            const transition = record(detector, admission, command.outcome, now, command.status);
            expect(transition === 'ejected').toBe(wasHealthy && status() === 'ejected');
            expect(transition === 'restored').toBe(!wasHealthy && status() === 'healthy');
          }
          if (!mayEject) expect(detector.standing(now)).not.toBe('failing');
          const { availableAt } = detector;
          // Never out for longer than the longest ejection, and in again the moment it is over.
          if (availableAt !== undefined) {
            const longest = detector.standing(now) === 'failing' ? 300_000 : 30_000;
            expect(availableAt - now).toBeLessThanOrEqual(longest);
            expect(isAvailable(detector, Math.max(availableAt, now))).toBe(true);
          } else expect(isAvailable(detector, now)).toBe(true);
        }
      }),
    );
  });
});
