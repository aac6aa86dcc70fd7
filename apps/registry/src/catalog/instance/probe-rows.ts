import type { ProbeOutcome } from './instance-event';
import { isHeld } from './standing';
import { evicted, moves, stays, suspected, trusted, type Life, type Transition } from './transition';

/** One lost packet must neither evict a suspect nor cast suspicion. */
const FAILURES_THAT_COUNT = 2;

/** The state table's rows for a probe's outcome. */
export function afterProbe(life: Life, outcome: ProbeOutcome): Transition {
  if (!life.leased) return afterProbeWithoutLease(life, outcome);
  if (life.contact.lapsing) return afterLapseProbe(life, outcome);
  // A late answer: the world has moved on since the probe was sent.
  return life.standing.condition.status === 'suspect' ? afterSuspectProbe(life, outcome) : stays(life);
}

/** A suspect with a lease: somebody has to vouch for it. */
function afterSuspectProbe(life: Life, outcome: ProbeOutcome): Transition {
  const { condition } = life.standing;
  switch (outcome) {
    case 'answered':
      return moves(life, trusted(condition), 'probe_answered', { contact: probesFailed(life, 0) });
    case 'refused':
    case 'somebody_else':
      return evicted(outcome, { presumed: false });
    case 'timed_out':
    case 'unreachable': {
      if (isHeld(condition)) return stays(life);
      const failures = life.contact.failedProbes + 1;
      return failures < FAILURES_THAT_COUNT
        ? stays(life, { contact: probesFailed(life, failures), probe: true })
        : evicted(outcome, { presumed: true });
    }
    case 'silent':
    case 'anonymous':
    case 'unverified':
      // Something lives there: a busy event loop, or one that does not say who it is so that it could be believed. Its
      // lease decides.

      return stays(life, { contact: probesFailed(life, 0) });
  }
}

/** A lease that has ended, of an instance that once held a session: the probe's answer is all there is. */
function afterLapseProbe(life: Life, outcome: ProbeOutcome): Transition {
  const { condition } = life.standing;
  switch (outcome) {
    case 'answered': {
      const consequences = { contact: { ...probesFailed(life, 0), lapsing: false }, renews: true };
      return condition.status === 'suspect'
        ? moves(life, trusted(condition), 'probe_answered', consequences)
        : stays(life, consequences);
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
function afterProbeWithoutLease(life: Life, outcome: ProbeOutcome): Transition {
  const { condition } = life.standing;
  // Older services register without a lease and know nothing of identities: any answer of theirs will do.
  if (outcome === 'answered' || outcome === 'anonymous') {
    const contact = probesFailed(life, 0);
    return condition.status === 'suspect'
      ? moves(life, trusted(condition), 'probe_answered', { contact })
      : stays(life, { contact });
  }
  const failures = life.contact.failedProbes + 1;
  const contact = probesFailed(life, failures);
  return failures >= FAILURES_THAT_COUNT && (condition.status === 'up' || condition.status === 'starting')
    ? moves(life, suspected(condition, 'probes_failed'), outcome, { contact })
    : stays(life, { contact });
}

function probesFailed({ contact }: Life, failedProbes: number): Life['contact'] {
  return { ...contact, failedProbes };
}
