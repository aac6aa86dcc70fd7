import type { ProbeOutcome } from './instance-event';
import { isHeld } from './standing';
import { evicted, moves, stays, suspected, trusted, type Incarnation, type Transition } from './transition';

/** One lost packet must neither evict a suspect nor cast suspicion. */
const FAILURES_THAT_COUNT = 2;

/** The state table's rows for a probe's outcome. */
export function afterProbe(incarnation: Incarnation, outcome: ProbeOutcome): Transition {
  if (!incarnation.leased) return afterProbeWithoutLease(incarnation, outcome);
  if (incarnation.contact.lapsing) return afterLapseProbe(incarnation, outcome);
  // A late answer: the world has moved on since the probe was sent.
  return incarnation.standing.condition.status === 'suspect'
    ? afterSuspectProbe(incarnation, outcome)
    : stays(incarnation);
}

/**
 * Its session went down with its replica, so nobody has seen whether it has ended as well. What proves that the process is
 * gone is taken for it; anything else casts no suspicion, and its lease decides.
 */
export function afterProbeOfMissing(incarnation: Incarnation, outcome: ProbeOutcome): Transition {
  const isGone = outcome === 'refused' || outcome === 'somebody_else';
  return incarnation.leased && isGone
    ? evicted(outcome, { presumed: false })
    : afterProbe(incarnation, outcome);
}

/** A suspect with a lease. */
function afterSuspectProbe(incarnation: Incarnation, outcome: ProbeOutcome): Transition {
  const { condition } = incarnation.standing;
  switch (outcome) {
    case 'answered':
      return moves(incarnation, trusted(condition), 'probe_answered', {
        contact: probesFailed(incarnation, 0),
      });
    case 'refused':
    case 'somebody_else':
      return evicted(outcome, { presumed: false });
    case 'timed_out':
    case 'unreachable': {
      if (isHeld(condition)) return stays(incarnation);
      const failures = incarnation.contact.failedProbes + 1;
      return failures < FAILURES_THAT_COUNT
        ? stays(incarnation, { contact: probesFailed(incarnation, failures), probe: true })
        : evicted(outcome, { presumed: true });
    }
    case 'silent':
    case 'anonymous':
    case 'unverified':
      // Something lives there: a busy event loop, or one that does not say who it is so that it could be believed. Its
      // lease decides.

      return stays(incarnation, { contact: probesFailed(incarnation, 0) });
  }
}

/** A lease that has ended, of an instance that once held a session: the probe's answer is all there is. */
function afterLapseProbe(incarnation: Incarnation, outcome: ProbeOutcome): Transition {
  const { condition } = incarnation.standing;
  switch (outcome) {
    case 'answered': {
      const consequences = { contact: { ...probesFailed(incarnation, 0), lapsing: false }, renews: true };
      return condition.status === 'suspect'
        ? moves(incarnation, trusted(condition), 'probe_answered', consequences)
        : stays(incarnation, consequences);
    }
    case 'refused':
    case 'somebody_else':
      return evicted(outcome, { presumed: false });
    case 'timed_out':
    case 'unreachable':
    case 'silent':
    case 'anonymous':
    case 'unverified':
      return evicted('lease_ended', { presumed: true });
  }
}

/** No lease: probed for as long as it is listed, and never evicted for what comes back. */
function afterProbeWithoutLease(incarnation: Incarnation, outcome: ProbeOutcome): Transition {
  const { condition } = incarnation.standing;
  // Legacy services register without a lease and send no identity: any answer is accepted.
  if (outcome === 'answered' || outcome === 'anonymous') {
    const contact = probesFailed(incarnation, 0);
    return condition.status === 'suspect'
      ? moves(incarnation, trusted(condition), 'probe_answered', { contact })
      : stays(incarnation, { contact });
  }
  const failures = incarnation.contact.failedProbes + 1;
  const contact = probesFailed(incarnation, failures);
  return failures >= FAILURES_THAT_COUNT && (condition.status === 'up' || condition.status === 'starting')
    ? moves(incarnation, suspected(condition, 'probes_failed'), outcome, { contact })
    : stays(incarnation, { contact });
}

function probesFailed({ contact }: Incarnation, failedProbes: number): Incarnation['contact'] {
  return { ...contact, failedProbes };
}
