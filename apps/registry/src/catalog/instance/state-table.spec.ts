import { FRESH_CONTACT, type Contact } from './contact';
import type { InstanceEvent, ProbeOutcome } from './instance-event';
import { transition } from './state-table';
import { statusOf, type Condition } from './standing';
import type { Incarnation, Transition } from './transition';

const STARTING: Condition = { status: 'starting' };
const UP: Condition = { status: 'up' };
const DRAINING: Condition = { status: 'draining' };
const SUSPECT: Condition = { status: 'suspect', cause: 'session_lost', before: 'up' };
const SUSPECT_STARTING: Condition = { status: 'suspect', cause: 'session_lost', before: 'starting' };
const HELD: Condition = { status: 'suspect', cause: 'held', before: 'up' };

const OPEN: Contact = { ...FRESH_CONTACT, session: 'open' };
const LOST: Contact = { ...FRESH_CONTACT, session: 'lost' };
const FAILED_ONCE: Contact = { ...LOST, failedProbes: 1 };
const LAPSING: Contact = { ...OPEN, lapsing: true };

const HEARTBEAT: InstanceEvent = { type: 'heartbeat' };
const READY: InstanceEvent = { type: 'heartbeat', status: 'up' };
const LEASE_ENDED: InstanceEvent = { type: 'lease_ended' };
const HOLD: InstanceEvent = { type: 'held', why: '2 of 3 would go' };
const SESSION_LOST: InstanceEvent = { type: 'session_lost' };
const probed = (outcome: ProbeOutcome): InstanceEvent => ({ type: 'probed', outcome });

const leased = (condition: Condition, contact = FRESH_CONTACT): Incarnation => ({
  leased: true,
  standing: { condition },
  contact,
});
const unleased = (condition: Condition, contact = FRESH_CONTACT): Incarnation => ({
  ...leased(condition, contact),
  leased: false,
});

/** A transition in a few words: where to, and what it asks for. */
function inWords(result: Transition): string {
  if (result.kind === 'leaves')
    return `${result.how}: ${result.reason}${result.presumed ? ', presumed' : ''}`;
  const words = [
    result.kind === 'moves' ? `to ${statusOf(result.standing)}` : 'stays',
    ...(result.renews ? ['renewed'] : []),
    ...(result.probe ? ['probe'] : []),
  ];
  return words.join(', ');
}

type Row = readonly [what: string, incarnation: Incarnation, event: InstanceEvent, outcome: string];

describe('the state table', () => {
  describe.each<readonly [string, readonly Row[]]>([
    [
      'heartbeats',
      [
        ['starting, beats', leased(STARTING), HEARTBEAT, 'stays, renewed'],
        ['starting, is ready', leased(STARTING), READY, 'to up, renewed'],
        [
          'starting, still starts',
          leased(STARTING),
          { type: 'heartbeat', status: 'starting' },
          'stays, renewed',
        ],
        ['up, beats', leased(UP), HEARTBEAT, 'stays, renewed'],
        ['up, says so again', leased(UP), READY, 'stays, renewed'],
        ['up, cannot go back', leased(UP), { type: 'heartbeat', status: 'starting' }, 'stays, renewed'],
        [
          'suspect, beats: a lost session is more than silence',
          leased(SUSPECT, LOST),
          HEARTBEAT,
          'stays, renewed',
        ],
        ['held for silence, beats', leased(HELD), HEARTBEAT, 'to up, renewed'],
        ['draining, beats', leased(DRAINING), HEARTBEAT, 'stays, renewed'],
        ['without a lease, beats', unleased(UP), HEARTBEAT, 'stays, renewed'],
      ],
    ],
    [
      'a drain',
      [
        ['of a starting one', leased(STARTING), { type: 'drain' }, 'to draining'],
        ['of one that is up', leased(UP), { type: 'drain' }, 'to draining'],
        ['of a suspect', leased(SUSPECT, LOST), { type: 'drain' }, 'to draining'],
        ['said twice', leased(DRAINING), { type: 'drain' }, 'stays'],
      ],
    ],
    [
      'a lost session',
      [
        ['of one that is up', leased(UP, OPEN), SESSION_LOST, 'to suspect, probe'],
        ['of a starting one', leased(STARTING, OPEN), SESSION_LOST, 'to suspect, probe'],
        ['of a suspect', leased(SUSPECT, OPEN), SESSION_LOST, 'stays, probe'],
        ['of a draining one', leased(DRAINING, OPEN), SESSION_LOST, 'evicted: session_lost'],
        ['of one without a lease', unleased(UP, OPEN), SESSION_LOST, 'to suspect, probe'],
        ['reported when none is open', leased(UP, LOST), SESSION_LOST, 'stays'],
      ],
    ],
    [
      'a new session',
      [
        ['of a suspect', leased(SUSPECT, LOST), { type: 'session_opened' }, 'to up'],
        [
          'of a suspect that was starting',
          leased(SUSPECT_STARTING, LOST),
          { type: 'session_opened' },
          'to starting',
        ],
        ['of a held one', leased(HELD), { type: 'session_opened' }, 'to up'],
        ['of one that is up', leased(UP), { type: 'session_opened' }, 'stays'],
        ['of a draining one', leased(DRAINING, LOST), { type: 'session_opened' }, 'stays'],
      ],
    ],
    [
      'a probe of a suspect',
      [
        ['answered by the same life', leased(SUSPECT, LOST), probed('answered'), 'to up'],
        [
          'answered by the same incarnation, starting',
          leased(SUSPECT_STARTING, LOST),
          probed('answered'),
          'to starting',
        ],
        [
          'answered by somebody else',
          leased(SUSPECT, LOST),
          probed('somebody_else'),
          'evicted: somebody_else',
        ],
        ['refused', leased(SUSPECT, LOST), probed('refused'), 'evicted: refused'],
        ['timed out', leased(SUSPECT, LOST), probed('timed_out'), 'stays, probe'],
        [
          'timed out twice',
          leased(SUSPECT, FAILED_ONCE),
          probed('timed_out'),
          'evicted: timed_out, presumed',
        ],
        ['unreachable', leased(SUSPECT, LOST), probed('unreachable'), 'stays, probe'],
        [
          'unreachable twice',
          leased(SUSPECT, FAILED_ONCE),
          probed('unreachable'),
          'evicted: unreachable, presumed',
        ],
        ['connects but does not answer', leased(SUSPECT, FAILED_ONCE), probed('silent'), 'stays'],
        ['answered without an identity', leased(SUSPECT, LOST), probed('anonymous'), 'stays'],
        ['whose certificate is not trusted', leased(SUSPECT, FAILED_ONCE), probed('unverified'), 'stays'],
        ['held, answered', leased(HELD), probed('answered'), 'to up'],
        ['held, refused', leased(HELD), probed('refused'), 'evicted: refused'],
        ['held, unreachable', leased(HELD, FAILED_ONCE), probed('unreachable'), 'stays'],
      ],
    ],
    [
      'a probe whose answer comes late',
      [
        ['up again', leased(UP, OPEN), probed('refused'), 'stays'],
        ['draining by now', leased(DRAINING, OPEN), probed('timed_out'), 'stays'],
      ],
    ],
    [
      'the end of a lease',
      [
        ['up, never had a session', leased(UP), LEASE_ENDED, 'evicted: lease_ended, presumed'],
        ['starting, never had a session', leased(STARTING), LEASE_ENDED, 'evicted: lease_ended, presumed'],
        ['draining', leased(DRAINING, OPEN), LEASE_ENDED, 'evicted: lease_ended'],
        ['had a session', leased(UP, OPEN), LEASE_ENDED, 'stays, probe'],
        ['suspect, had a session', leased(SUSPECT, LOST), LEASE_ENDED, 'stays, probe'],
        ['being probed already', leased(UP, LAPSING), LEASE_ENDED, 'stays'],
        ['held', leased(HELD), LEASE_ENDED, 'stays, renewed'],
        ['had a session, probe answered', leased(UP, LAPSING), probed('answered'), 'stays, renewed'],
        ['suspect, probe answered', leased(SUSPECT, LAPSING), probed('answered'), 'to up, renewed'],
        [
          'probe answered by somebody else',
          leased(UP, LAPSING),
          probed('somebody_else'),
          'evicted: somebody_else',
        ],
        ['probe refused', leased(UP, LAPSING), probed('refused'), 'evicted: refused'],
        ['probe timed out', leased(UP, LAPSING), probed('timed_out'), 'evicted: lease_ended, presumed'],
        ['probe unreachable', leased(UP, LAPSING), probed('unreachable'), 'evicted: lease_ended, presumed'],
        ['probe not answered', leased(UP, LAPSING), probed('silent'), 'evicted: lease_ended, presumed'],
        [
          'probe answered by nobody known',
          leased(UP, LAPSING),
          probed('anonymous'),
          'evicted: lease_ended, presumed',
        ],
        [
          'certificate not trusted',
          leased(UP, LAPSING),
          probed('unverified'),
          'evicted: lease_ended, presumed',
        ],
      ],
    ],
    [
      'no lease',
      [
        ['its end', unleased(UP), LEASE_ENDED, 'stays'],
        ['one probe failed', unleased(UP), probed('refused'), 'stays'],
        ['two probes failed', unleased(UP, FAILED_ONCE), probed('unreachable'), 'to suspect'],
        ['somebody else, twice', unleased(UP, FAILED_ONCE), probed('somebody_else'), 'to suspect'],
        ['many probes failed', unleased(SUSPECT, { ...LOST, failedProbes: 9 }), probed('refused'), 'stays'],
        ['one probe answered', unleased(SUSPECT, FAILED_ONCE), probed('answered'), 'to up'],
        ['answered without an identity', unleased(SUSPECT, FAILED_ONCE), probed('anonymous'), 'to up'],
        ['certificate not trusted, twice', unleased(UP, FAILED_ONCE), probed('unverified'), 'to suspect'],
        ['draining, two probes failed', unleased(DRAINING, FAILED_ONCE), probed('refused'), 'stays'],
      ],
    ],
    [
      'the mass-expiry guard',
      [
        ['holds one that is up', leased(UP), HOLD, 'to suspect, renewed'],
        ['holds a suspect', leased(SUSPECT, FAILED_ONCE), HOLD, 'to suspect, renewed'],
        ['has nothing to hold in one that drains', leased(DRAINING), HOLD, 'stays'],
        ['holds it already', leased(HELD), HOLD, 'stays'],
        ['lets go', leased(HELD), { type: 'released' }, 'evicted: released'],
        ['lets go of one that is not held', leased(UP), { type: 'released' }, 'stays'],
      ],
    ],
    [
      'a deregistration',
      [STARTING, UP, SUSPECT, HELD, DRAINING].map(
        (condition): Row => [
          `of one that is ${condition.status}`,
          leased(condition, OPEN),
          { type: 'deregistered' },
          'deregistered: deregistered',
        ],
      ),
    ],
  ])('%s', (_group, rows) => {
    it.each(rows)('%s', (_what, incarnation, event, outcome) => {
      expect(inWords(transition(incarnation, event))).toBe(outcome);
    });
  });

  describe('an override', () => {
    const override = { status: 'out_of_service', reason: 'disk is full' } as const;
    const overridden = (condition: Condition): Incarnation => ({
      ...leased(condition, OPEN),
      standing: { condition, override },
    });

    it.each([STARTING, UP, SUSPECT, DRAINING])('lies on top of $status', (condition) => {
      const result = transition(leased(condition), { type: 'overridden', override });
      expect(result).toMatchObject({ kind: 'moves', standing: { condition, override } });
      expect(inWords(result)).toBe('to out_of_service');
    });

    it('says nothing new when it is said twice', () => {
      expect(inWords(transition(overridden(UP), { type: 'overridden', override }))).toBe('stays');
    });

    it('survives what happens beneath it', () => {
      expect(transition(overridden(UP), SESSION_LOST)).toMatchObject({
        kind: 'moves',
        standing: { condition: SUSPECT, override },
      });
      expect(inWords(transition(overridden(STARTING), READY))).toBe('to out_of_service, renewed');
    });

    it('uncovers what lies beneath when it is removed', () => {
      const result = transition(overridden(SUSPECT), { type: 'override_removed' });
      expect(result).toMatchObject({ kind: 'moves', standing: { condition: SUSPECT } });
      expect(inWords(result)).toBe('to suspect');
    });

    it('cannot be removed where there is none', () => {
      expect(inWords(transition(leased(UP), { type: 'override_removed' }))).toBe('stays');
    });

    it('does not keep an instance that leaves', () => {
      expect(inWords(transition({ ...overridden(UP), contact: FRESH_CONTACT }, LEASE_ENDED))).toMatch(
        /^evicted/,
      );
    });
  });

  describe('what is remembered', () => {
    it('a suspect that gets ready while it is suspect comes back as up', () => {
      const ready = transition(leased(SUSPECT_STARTING, LOST), READY);
      expect(ready).toMatchObject({ kind: 'moves', standing: { condition: SUSPECT } });
    });

    it('a heartbeat calls off the end of a lease', () => {
      expect(transition(leased(UP, LAPSING), HEARTBEAT)).toMatchObject({ contact: OPEN, renews: true });
    });

    it('an answer in between makes failed probes start from nothing', () => {
      expect(transition(leased(SUSPECT, FAILED_ONCE), probed('silent'))).toMatchObject({ contact: LOST });
    });
  });
});
