import fc from 'fast-check';
import { createProbeAgenda, type Urgency } from './probe-agenda';

interface Named {
  readonly name: string;
}
const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];

describe('the agenda of probes', () => {
  it('hands out who is due, urgent ones first', () => {
    const agenda = createProbeAgenda<Named>();
    agenda.plan(a, 'routine', { now: 0, delayMs: 10 });
    agenda.plan(b, 'urgent', { now: 5, delayMs: 20 });
    expect(agenda.nextAt('any')).toBe(10);
    expect(agenda.next(9, 'any')).toBeUndefined();
    expect(agenda.next(25, 'any')?.instance).toBe(b);
    expect(agenda.next(25, 'any')).toEqual({ instance: a, urgency: 'routine', at: 10 });
    expect(agenda.next(25, 'any')).toBeUndefined();
  });

  it('keeps the routine ones back while only urgent ones are wanted', () => {
    const agenda = createProbeAgenda<Named>();
    agenda.plan(a, 'routine', { now: 0, delayMs: 0 });
    expect([agenda.next(5, 'urgent'), agenda.nextAt('urgent')]).toEqual([undefined, undefined]);
    expect(agenda.next(5, 'any')?.instance).toBe(a);
  });

  it('has everybody on it once, as planned last', () => {
    const agenda = createProbeAgenda<Named>();
    agenda.plan(a, 'routine', { now: 0, delayMs: 10_000 });
    agenda.plan(a, 'urgent', { now: 1, delayMs: 0 });
    expect(agenda.next(1, 'any')?.urgency).toBe('urgent');
    expect([agenda.has(a), agenda.nextAt('any')]).toEqual([false, undefined]);
  });

  it('agrees with a list that is searched from end to end, whatever happens in whatever order', () => {
    const who = fc.constantFrom(a, b, c);
    const urgency = fc.constantFrom<Urgency>('urgent', 'routine');
    const wanted = fc.constantFrom('any' as const, 'urgent' as const);
    const step = fc.oneof(
      fc.record({ do: fc.constant('plan' as const), who, urgency, delayMs: fc.constantFrom(0, 500, 1000) }),
      fc.record({ do: fc.constant('forget' as const), who }),
      fc.record({ do: fc.constant('next' as const), wanted }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 700 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const agenda = createProbeAgenda<Named>();
        const model = new Map<Named, { urgency: Urgency; at: number }>();
        let now = 0;
        for (const s of steps) {
          if (s.do === 'wait') now += s.ms;
          else if (s.do === 'forget') {
            agenda.forget(s.who);
            model.delete(s.who);
          } else if (s.do === 'plan') {
            agenda.plan(s.who, s.urgency, { now, delayMs: s.delayMs });
            model.set(s.who, { urgency: s.urgency, at: now + s.delayMs });
          } else {
            const due = [...model.values()].filter(
              (planned) => planned.at <= now && (s.wanted === 'any' || planned.urgency === 'urgent'),
            );
            const first = due.some((planned) => planned.urgency === 'urgent') ? 'urgent' : 'routine';
            const earliest = Math.min(
              ...due.filter((planned) => planned.urgency === first).map(({ at }) => at),
            );
            const next = agenda.next(now, s.wanted);
            expect(next?.at ?? Infinity).toBe(earliest);
            if (next === undefined) continue;
            expect(next.urgency).toBe(first);
            model.delete(next.instance);
          }
          const all = [...model.values()];
          expect(agenda.nextAt('any') ?? Infinity).toBe(Math.min(...all.map(({ at }) => at)));
          const urgent = all.filter((planned) => planned.urgency === 'urgent');
          expect(agenda.nextAt('urgent') ?? Infinity).toBe(Math.min(...urgent.map(({ at }) => at)));
          for (const each of [a, b, c]) expect(agenda.has(each)).toBe(model.has(each));
        }
      }),
    );
  });
});
