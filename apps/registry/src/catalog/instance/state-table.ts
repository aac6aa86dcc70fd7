import type { InstanceEvent } from './instance-event';
import { afterProbe } from './probe-rows';
import { isHeld, type Override } from './standing';
import {
  deregistered,
  evicted,
  moves,
  stays,
  suspected,
  trusted,
  type Life,
  type Transition,
} from './transition';

/** The state table of docs/ARCHITECTURE.md: what becomes of an instance when something happens to it. */
export function transition(life: Life, event: InstanceEvent): Transition {
  switch (event.type) {
    case 'heartbeat':
      return afterHeartbeat(life, event.status);
    case 'drain':
      return life.standing.condition.status === 'draining'
        ? stays(life)
        : moves(life, { status: 'draining' }, 'drain');
    case 'session_opened':
      return afterSessionOpened(life);
    case 'session_lost':
      return afterSessionLost(life);
    case 'probed':
      return afterProbe(life, event.outcome);
    case 'lease_ended':
      return afterLeaseEnded(life);
    case 'held':
      return afterHeld(life, event.why);
    case 'released':
      return isHeld(life.standing.condition) ? evicted('released', { presumed: false }) : stays(life);
    case 'overridden':
      return afterOverridden(life, event.override);
    case 'override_removed':
      return afterOverrideRemoved(life);
    case 'deregistered':
      return deregistered('deregistered');
  }
}

function afterHeartbeat(life: Life, status: 'up' | 'starting' | undefined): Transition {
  const { condition } = life.standing;
  const contact = life.contact.lapsing ? { ...life.contact, lapsing: false } : life.contact;
  const consequences = { renews: true, contact };
  // What the guard held was held for its silence, and that is broken. A lost session is more than silence.
  if (isHeld(life.standing.condition)) return moves(life, trusted(condition), 'heartbeat', consequences);
  if (status === 'up' && condition.status === 'starting')
    return moves(life, { status: 'up' }, 'ready', consequences);
  if (status === 'up' && condition.status === 'suspect' && condition.before === 'starting')
    return moves(life, { ...condition, before: 'up' }, 'ready', consequences);
  return stays(life, consequences);
}

function afterSessionOpened(life: Life): Transition {
  const { condition } = life.standing;
  const contact = { ...life.contact, session: 'open', failedProbes: 0 } as const;
  return condition.status === 'suspect'
    ? moves(life, trusted(condition), 'session_opened', { contact })
    : stays(life, { contact });
}

function afterSessionLost(life: Life): Transition {
  const { condition } = life.standing;
  if (life.contact.session !== 'open') return stays(life);
  const contact = { ...life.contact, session: 'lost', failedProbes: 0 } as const;
  switch (condition.status) {
    case 'starting':
    case 'up':
      return moves(life, suspected(condition, 'session_lost'), 'session_lost', { contact, probe: true });
    case 'suspect':
      return stays(life, { contact, probe: true });
    case 'draining':
      // It had said that it was going.
      return evicted('session_lost', { presumed: false });
  }
}

function afterLeaseEnded(life: Life): Transition {
  if (!life.leased) return stays(life);
  if (life.standing.condition.status === 'draining') return evicted('lease_ended', { presumed: false });
  // The guard has a deadline of its own.
  if (isHeld(life.standing.condition)) return stays(life, { renews: true });
  if (life.contact.session === 'never') return evicted('lease_ended', { presumed: true });
  return life.contact.lapsing
    ? stays(life)
    : stays(life, { contact: { ...life.contact, lapsing: true }, probe: true });
}

function afterHeld(life: Life, why: string): Transition {
  const { condition } = life.standing;
  if (condition.status === 'draining' || isHeld(condition)) return stays(life);
  const contact = { ...life.contact, lapsing: false, failedProbes: 0 };
  return moves(life, suspected(condition, 'held'), `held: ${why}`, { contact, renews: true });
}

function afterOverridden(life: Life, override: Override): Transition {
  const { condition, override: earlier } = life.standing;
  if (earlier?.reason === override.reason) return stays(life);
  return { ...moves(life, condition, override.reason), standing: { condition, override } };
}

function afterOverrideRemoved(life: Life): Transition {
  const { condition, override } = life.standing;
  if (override === undefined) return stays(life);
  return { ...moves(life, condition, 'override_removed'), standing: { condition } };
}
