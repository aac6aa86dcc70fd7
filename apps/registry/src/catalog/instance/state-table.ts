import type { InstanceEvent } from './instance-event';
import { afterProbe, afterProbeOfMissing } from './probe-rows';
import { isHeld, type Override } from './standing';
import {
  deregistered,
  evicted,
  moves,
  stays,
  suspected,
  trusted,
  type Incarnation,
  type Transition,
} from './transition';

/** The state table of docs/ARCHITECTURE.md: what becomes of an instance when something happens to it. */
export function transition(incarnation: Incarnation, event: InstanceEvent): Transition {
  switch (event.type) {
    case 'heartbeat':
      return afterHeartbeat(incarnation, event.status);
    case 'drain':
      return incarnation.standing.condition.status === 'draining'
        ? stays(incarnation)
        : moves(incarnation, { status: 'draining' }, 'drain');
    case 'session_opened':
      return afterSessionOpened(incarnation);
    case 'session_lost':
      return afterSessionLost(incarnation);
    case 'probed':
      return afterProbe(incarnation, event.outcome);
    case 'missing_probed':
      return afterProbeOfMissing(incarnation, event.outcome);
    case 'lease_ended':
      return afterLeaseEnded(incarnation);
    case 'held':
      return afterHeld(incarnation, event.why);
    case 'released':
      return isHeld(incarnation.standing.condition)
        ? evicted('released', { presumed: false })
        : stays(incarnation);
    case 'overridden':
      return afterOverridden(incarnation, event.override, event.why);
    case 'override_removed':
      return afterOverrideRemoved(incarnation, event.why);
    case 'deregistered':
      return deregistered('deregistered');
  }
}

function afterHeartbeat(incarnation: Incarnation, status: 'up' | 'starting' | undefined): Transition {
  const { condition } = incarnation.standing;
  const contact = incarnation.contact.lapsing
    ? { ...incarnation.contact, lapsing: false }
    : incarnation.contact;
  const consequences = { renews: true, contact };
  // What the guard held was held for its silence, and that is broken. A lost session is more than silence.
  if (isHeld(incarnation.standing.condition))
    return moves(incarnation, trusted(condition), 'heartbeat', consequences);
  if (status === 'up' && condition.status === 'starting')
    return moves(incarnation, { status: 'up' }, 'ready', consequences);
  if (status === 'up' && condition.status === 'suspect' && condition.before === 'starting')
    return moves(incarnation, { ...condition, before: 'up' }, 'ready', consequences);
  return stays(incarnation, consequences);
}

function afterSessionOpened(incarnation: Incarnation): Transition {
  const { condition } = incarnation.standing;
  const contact = { ...incarnation.contact, session: 'open', failedProbes: 0 } as const;
  return condition.status === 'suspect'
    ? moves(incarnation, trusted(condition), 'session_opened', { contact })
    : stays(incarnation, { contact });
}

function afterSessionLost(incarnation: Incarnation): Transition {
  const { condition } = incarnation.standing;
  if (incarnation.contact.session !== 'open') return stays(incarnation);
  const contact = { ...incarnation.contact, session: 'lost', failedProbes: 0 } as const;
  switch (condition.status) {
    case 'starting':
    case 'up':
      return moves(incarnation, suspected(condition, 'session_lost'), 'session_lost', {
        contact,
        probe: true,
      });
    case 'suspect':
      return stays(incarnation, { contact, probe: true });
    case 'draining':
      // It had said that it was going.
      return evicted('session_lost', { presumed: false });
  }
}

function afterLeaseEnded(incarnation: Incarnation): Transition {
  if (!incarnation.leased) return stays(incarnation);
  if (incarnation.standing.condition.status === 'draining')
    return evicted('lease_ended', { presumed: false });
  // The guard has a deadline of its own.
  if (isHeld(incarnation.standing.condition)) return stays(incarnation, { renews: true });
  if (incarnation.contact.session === 'never') return evicted('lease_ended', { presumed: true });
  return incarnation.contact.lapsing
    ? stays(incarnation)
    : stays(incarnation, { contact: { ...incarnation.contact, lapsing: true }, probe: true });
}

function afterHeld(incarnation: Incarnation, why: string): Transition {
  const { condition } = incarnation.standing;
  if (condition.status === 'draining' || isHeld(condition)) return stays(incarnation);
  const contact = { ...incarnation.contact, lapsing: false, failedProbes: 0 };
  return moves(incarnation, suspected(condition, 'held'), `held: ${why}`, { contact, renews: true });
}

function afterOverridden(
  incarnation: Incarnation,
  override: Override,
  why: string = override.reason,
): Transition {
  const { condition, override: earlier } = incarnation.standing;
  if (earlier?.reason === override.reason) return stays(incarnation);
  return { ...moves(incarnation, condition, why), standing: { condition, override } };
}

function afterOverrideRemoved(incarnation: Incarnation, why = 'override_removed'): Transition {
  const { condition, override } = incarnation.standing;
  if (override === undefined) return stays(incarnation);
  return { ...moves(incarnation, condition, why), standing: { condition } };
}
