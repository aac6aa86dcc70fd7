import type { Contact } from './contact';
import type { Condition, Standing, Suspicion } from './standing';

/** Everything the state table looks at. */
export interface Incarnation {
  /** Whether there is a lease that can end. */
  readonly leased: boolean;
  readonly standing: Standing;
  readonly contact: Contact;
}

/** What an event makes of an instance. */
export type Transition = Stay | Move | Leave;

/** What a transition asks for, besides what it changes. */
interface Consequences {
  readonly contact: Contact;
  /** The lease is given another term. */
  readonly renews: boolean;
  /** The instance is to be probed now. */
  readonly probe: boolean;
}

/** No change that others need to know. */
export interface Stay extends Consequences {
  readonly kind: 'stays';
}

/** Another standing: a change to be committed. */
export interface Move extends Consequences {
  readonly kind: 'moves';
  readonly standing: Standing;
  readonly reason: string;
}

export interface Leave {
  readonly kind: 'leaves';
  readonly how: 'deregistered' | 'evicted';
  readonly reason: string;
  /** Nobody saw it go, it was only not heard of: what the mass-expiry guard may keep. */
  readonly presumed: boolean;
}

export function stays(incarnation: Incarnation, consequences: Partial<Consequences> = {}): Stay {
  return { kind: 'stays', contact: incarnation.contact, renews: false, probe: false, ...consequences };
}

/** Into another condition; an operator's override stays on top of it. */
export function moves(
  incarnation: Incarnation,
  condition: Condition,
  reason: string,
  consequences: Partial<Consequences> = {},
): Move {
  const standing = { ...incarnation.standing, condition };
  return {
    kind: 'moves',
    standing,
    reason,
    contact: incarnation.contact,
    renews: false,
    probe: false,
    ...consequences,
  };
}

export function evicted(reason: string, { presumed }: { presumed: boolean }): Leave {
  return { kind: 'leaves', how: 'evicted', reason, presumed };
}

export function deregistered(reason: string): Leave {
  return { kind: 'leaves', how: 'deregistered', reason, presumed: false };
}

/** What a suspect is once the suspicion is lifted. */
export function trusted(condition: Condition): Condition {
  return condition.status === 'suspect' ? { status: condition.before } : condition;
}

/** The same instance under suspicion; it remembers what it was. */
export function suspected(
  condition: Condition & { status: 'starting' | 'up' | 'suspect' },
  cause: Suspicion,
): Condition {
  const before = condition.status === 'suspect' ? condition.before : condition.status;
  return { status: 'suspect', cause, before };
}
