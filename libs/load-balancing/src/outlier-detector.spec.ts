import fc from 'fast-check';
import type { Outcome } from './outcome';
import { createOutlierDetector, type Admission } from './outlier-detector';

const refuse = (detector: ReturnType<typeof createOutlierDetector>, now: number) =>
  detector.record(detector.admit(now), 'refused', now);

describe('outlier detector', () => {
  it.each<Outcome>(['refused', 'unreachable'])('ejects at once what is %s', (outcome) => {
    const detector = createOutlierDetector();
    expect(detector.record(detector.admit(0), outcome, 0)).toBe('ejected');
    expect(detector.isAvailable(999)).toBe(false);
    expect(detector.isAvailable(1000)).toBe(true);
  });

  it.each<Outcome>(['response', 'reset-before-response', 'headers-timeout', 'downstream-aborted'])(
    'keeps what ended in %s',
    (outcome) => {
      const detector = createOutlierDetector();
      expect(detector.record(detector.admit(0), outcome, 0)).toBeUndefined();
      expect(detector.isAvailable(0)).toBe(true);
    },
  );

  it('stays out twice as long after each trial that fails, 30 s at most', () => {
    const detector = createOutlierDetector();
    const waits: number[] = [];
    for (let now = 0; waits.length < 7; now = detector.availableAt ?? NaN) {
      refuse(detector, now);
      waits.push((detector.availableAt ?? NaN) - now);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('lets one attempt through as a trial, and another when that one is slow to tell', () => {
    const detector = createOutlierDetector();
    refuse(detector, 0);
    detector.admit(1000);
    expect(detector.isAvailable(1500)).toBe(false);
    expect(detector.isAvailable(2000)).toBe(true);
  });

  it('believes the slow trial too', () => {
    const detector = createOutlierDetector();
    refuse(detector, 0);
    const slow = detector.admit(1000);
    detector.admit(2000);
    expect(detector.record(slow, 'response', 2500)).toBe('restored');
  });

  it('tries again at once when the caller of a trial goes away', () => {
    const detector = createOutlierDetector();
    refuse(detector, 0);
    detector.record(detector.admit(1000), 'downstream-aborted', 1001);
    expect(detector.isAvailable(1001)).toBe(true);
  });

  it('drops the late word of an attempt that began before the ejection', () => {
    const detector = createOutlierDetector();
    const early = detector.admit(0);
    refuse(detector, 1);
    expect(detector.record(early, 'response', 2)).toBeUndefined();
    expect(detector.isAvailable(3)).toBe(false);
  });

  it('is restored by an answer to an attempt that was forced on it', () => {
    const detector = createOutlierDetector();
    refuse(detector, 0);
    expect(detector.record(detector.admit(500), 'response', 501)).toBe('restored');
  });

  it('does not stay out longer for refusing what was forced on it', () => {
    const detector = createOutlierDetector();
    refuse(detector, 0);
    refuse(detector, 500);
    expect(detector.availableAt).toBe(1000);
  });

  it('forgets everything when the registry has news', () => {
    const detector = createOutlierDetector();
    refuse(detector, 0);
    detector.reset();
    expect(detector.isAvailable(1)).toBe(true);
  });

  it('keeps its invariants whatever happens in whatever order', () => {
    const commands = fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('admit' as const), after: fc.nat(3000) }),
        fc.record({
          type: fc.constant('record' as const),
          after: fc.nat(3000),
          which: fc.nat(20),
          outcome: fc.constantFrom<Outcome>(
            'response',
            'refused',
            'unreachable',
            'reset-before-response',
            'overloaded',
            'downstream-aborted',
          ),
        }),
        fc.record({ type: fc.constant('reset' as const), after: fc.nat(3000) }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(commands, (sequence) => {
        const detector = createOutlierDetector();
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
            const transition = detector.record(admission, command.outcome, now);
            expect(transition === 'ejected').toBe(wasHealthy && status() === 'ejected');
            expect(transition === 'restored').toBe(!wasHealthy && status() === 'healthy');
          }
          const { availableAt } = detector;
          // Never out for longer than the longest ejection, and in again the moment it is over.
          if (availableAt !== undefined) {
            expect(availableAt - now).toBeLessThanOrEqual(30_000);
            expect(detector.isAvailable(Math.max(availableAt, now))).toBe(true);
          } else expect(detector.isAvailable(now)).toBe(true);
        }
      }),
    );
  });
});
