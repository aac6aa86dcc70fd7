import type { Contact } from './contact';
import type { InstanceEvent, ProbeOutcome } from './instance-event';
import { transition } from './state-table';
import { isHeld, statusOf, type Condition, type Override } from './standing';
import type { Incarnation, Transition } from './transition';

const CONDITIONS: readonly Condition[] = [
  { status: 'starting' },
  { status: 'up' },
  { status: 'draining' },
  ...(['session_lost', 'probes_failed', 'held'] as const).flatMap((cause) =>
    (['starting', 'up'] as const).map((before) => ({ status: 'suspect', cause, before }) as const),
  ),
];
const CONTACTS: readonly Contact[] = (['never', 'open', 'lost'] as const).flatMap((session) =>
  [0, 1, 5].flatMap((failedProbes) => [false, true].map((lapsing) => ({ session, failedProbes, lapsing }))),
);
const OVERRIDE: Override = { status: 'out_of_service', reason: 'disk is full' };
const OUTCOMES: readonly ProbeOutcome[] = [
  'answered',
  'anonymous',
  'somebody_else',
  'refused',
  'timed_out',
  'unreachable',
  'silent',
  'unverified',
];
const EVENTS: readonly InstanceEvent[] = [
  { type: 'heartbeat' },
  { type: 'heartbeat', status: 'up' },
  { type: 'heartbeat', status: 'starting' },
  { type: 'drain' },
  { type: 'session_opened' },
  { type: 'session_lost' },
  ...OUTCOMES.map((outcome) => ({ type: 'probed', outcome }) as const),
  ...OUTCOMES.map((outcome) => ({ type: 'missing_probed', outcome }) as const),
  { type: 'lease_ended' },
  { type: 'held', why: 'half of them would go' },
  { type: 'released' },
  { type: 'overridden', override: OVERRIDE },
  { type: 'override_removed' },
  { type: 'deregistered' },
];

interface Case {
  readonly incarnation: Incarnation;
  readonly event: InstanceEvent;
  readonly result: Transition;
}

const CASES: readonly Case[] = CONDITIONS.flatMap((condition) =>
  CONTACTS.flatMap((contact) =>
    [true, false].flatMap((leased) =>
      EVENTS.map((event) => {
        const incarnation: Incarnation = { leased, standing: { condition }, contact };
        return { incarnation, event, result: transition(incarnation, event) };
      }),
    ),
  ),
);

/** The cases of which something does not hold; a spec expects none, and shows them when it is wrong. */
function exceptions(holds: (given: Case) => boolean): readonly Case[] {
  return CASES.filter((given) => !holds(given));
}

const conditionAfter = ({ incarnation, result }: Case): Condition | undefined => {
  if (result.kind === 'leaves') return undefined;
  return result.kind === 'moves' ? result.standing.condition : incarnation.standing.condition;
};
const statusBefore = ({ incarnation }: Case) => incarnation.standing.condition.status;
const statusAfter = (given: Case) => conditionAfter(given)?.status ?? 'gone';

describe('every condition, whatever has been heard, and every event', () => {
  it('leads only where the table has an arrow', () => {
    const arrows = new Set(
      CASES.filter((given) => statusBefore(given) !== statusAfter(given)).map(
        (given) => `${statusBefore(given)} → ${statusAfter(given)}: ${given.event.type}`,
      ),
    );

    expect([...arrows].sort()).toEqual(
      [
        'draining → gone: deregistered',
        'draining → gone: lease_ended',
        'draining → gone: missing_probed',
        'draining → gone: session_lost',
        // A probe that was sent when the lease ended; a draining one is gone by then.
        'draining → gone: probed',
        'starting → draining: drain',
        'starting → gone: deregistered',
        'starting → gone: lease_ended',
        'starting → gone: missing_probed',
        'starting → gone: probed',
        'starting → suspect: held',
        'starting → suspect: missing_probed',
        'starting → suspect: probed',
        'starting → suspect: session_lost',
        'starting → up: heartbeat',
        'suspect → draining: drain',
        'suspect → gone: deregistered',
        'suspect → gone: lease_ended',
        'suspect → gone: missing_probed',
        'suspect → gone: probed',
        'suspect → gone: released',
        'suspect → starting: heartbeat',
        'suspect → starting: missing_probed',
        'suspect → starting: probed',
        'suspect → starting: session_opened',
        'suspect → up: heartbeat',
        'suspect → up: missing_probed',
        'suspect → up: probed',
        'suspect → up: session_opened',
        'up → draining: drain',
        'up → gone: deregistered',
        'up → gone: lease_ended',
        'up → gone: missing_probed',
        'up → gone: probed',
        'up → suspect: held',
        'up → suspect: missing_probed',
        'up → suspect: probed',
        'up → suspect: session_lost',
      ].sort(),
    );
  });

  it('an override changes nothing of what happens beneath it, and keeps nobody', () => {
    const differs = exceptions(({ incarnation, event, result }) => {
      if (event.type === 'overridden' || event.type === 'override_removed') return true;
      const covered = transition(
        { ...incarnation, standing: { ...incarnation.standing, override: OVERRIDE } },
        event,
      );
      if (result.kind !== 'moves' || covered.kind !== 'moves') return same(covered, result);
      const { standing } = covered;
      return (
        statusOf(standing) === 'out_of_service' &&
        same({ ...covered, standing: { condition: standing.condition } }, result)
      );
    });

    expect(differs).toEqual([]);
  });

  it('an override and its removal change what is on top, and nothing beneath', () => {
    for (const { incarnation } of CASES) {
      const covered = transition(incarnation, { type: 'overridden', override: OVERRIDE });
      expect(covered).toMatchObject({
        kind: 'moves',
        standing: { condition: incarnation.standing.condition, override: OVERRIDE },
        contact: incarnation.contact,
        renews: false,
        probe: false,
      });
      const standing = { ...incarnation.standing, override: OVERRIDE };
      expect(transition({ ...incarnation, standing }, { type: 'override_removed' })).toMatchObject({
        kind: 'moves',
        standing: { condition: incarnation.standing.condition },
      });
      expect(transition(incarnation, { type: 'override_removed' })).toMatchObject({ kind: 'stays' });
    }
  });

  it('without a lease nobody is evicted for what a probe or a clock says', () => {
    expect(
      exceptions(
        ({ incarnation, event, result }) =>
          incarnation.leased ||
          result.kind !== 'leaves' ||
          !['probed', 'missing_probed', 'lease_ended'].includes(event.type),
      ),
    ).toEqual([]);
  });

  it('who drains never comes back', () => {
    expect(
      exceptions(
        (given) => statusBefore(given) !== 'draining' || ['draining', 'gone'].includes(statusAfter(given)),
      ),
    ).toEqual([]);
  });

  it('only what nobody saw is presumed, so that the guard can hold it', () => {
    const presumed = CASES.filter(({ result }) => result.kind === 'leaves' && result.presumed);

    expect(new Set(presumed.map(({ event }) => event.type))).toEqual(
      new Set(['lease_ended', 'probed', 'missing_probed']),
    );
    for (const { event } of presumed)
      if (event.type === 'probed' || event.type === 'missing_probed')
        expect(['refused', 'somebody_else', 'answered']).not.toContain(event.outcome);
    // What the guard holds it does not let go for the same reason again.
    expect(
      presumed.filter(
        ({ incarnation }) => isHeld(incarnation.standing.condition) && !incarnation.contact.lapsing,
      ),
    ).toEqual([]);
  });

  it('a refused probe and another life at the address are never held against one that is trusted', () => {
    expect(
      exceptions(
        ({ incarnation, event, result }) =>
          event.type !== 'probed' ||
          incarnation.contact.lapsing ||
          incarnation.standing.condition.status === 'suspect' ||
          result.kind !== 'leaves',
      ),
    ).toEqual([]);
  });

  it('a probe of one whose session went down with its replica differs where it proves that the process is gone', () => {
    const differing = CASES.flatMap(({ incarnation, event, result }) =>
      event.type === 'missing_probed' &&
      JSON.stringify(result) !== JSON.stringify(transition(incarnation, { ...event, type: 'probed' }))
        ? [{ outcome: event.outcome, leased: incarnation.leased, result }]
        : [],
    );
    expect(new Set(differing.map(({ outcome }) => outcome))).toEqual(new Set(['refused', 'somebody_else']));
    for (const { outcome, leased, result } of differing)
      expect({ leased, result }).toEqual({
        leased: true,
        result: { kind: 'leaves', how: 'evicted', reason: outcome, presumed: false },
      });
  });

  it('a lease is renewed by a heartbeat, an answer to its last probe, or the guard, and by nothing else', () => {
    const renewing = CASES.filter(({ result }) => result.kind !== 'leaves' && result.renews);

    expect(
      new Set(
        renewing.map(({ event }) => ('outcome' in event ? `${event.type}: ${event.outcome}` : event.type)),
      ),
    ).toEqual(new Set(['heartbeat', 'held', 'lease_ended', 'probed: answered', 'missing_probed: answered']));
    expect(
      renewing.filter(
        ({ event, incarnation }) => event.type === 'lease_ended' && !isHeld(incarnation.standing.condition),
      ),
    ).toEqual([]);
  });
});

function same(one: Transition, other: Transition): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
