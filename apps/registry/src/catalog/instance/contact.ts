/**
 * What this registry process has heard of an instance, besides its heartbeats. Never committed: another replica,
 * or this one after a restart, has heard something else.
 */
export interface Contact {
  readonly session: 'never' | 'open' | 'lost';
  /** Probes in a row that failed. */
  readonly failedProbes: number;
  /** The lease has ended and a probe is to say whether it is given another term. */
  readonly lapsing: boolean;
}

/** That of a registration that has just begun. */
export const FRESH_CONTACT: Contact = { session: 'never', failedProbes: 0, lapsing: false };
