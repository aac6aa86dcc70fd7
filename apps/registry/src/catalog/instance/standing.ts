import type { InstanceStatus } from '@rollcall/contracts';

/** Why an instance is under suspicion; `held` is the mass-expiry guard's doing. */
export type Suspicion = 'session_lost' | 'probes_failed' | 'held';

/** The condition of an instance: what it reports, and what the registry has observed. */
export type Condition =
  | { readonly status: 'starting' }
  | { readonly status: 'up' }
  | {
      readonly status: 'suspect';
      readonly cause: Suspicion;
      /** What it goes back to once the suspicion is lifted: one that was still starting must not be sent traffic. */
      readonly before: 'starting' | 'up';
    }
  | { readonly status: 'draining' };

/** An operator's override of the condition, which goes on changing beneath it. */
export interface Override {
  readonly status: 'out_of_service';
  readonly reason: string;
}

/** Everything that decides an instance's status. Part of the committed record. */
export interface Standing {
  readonly condition: Condition;
  readonly override?: Override;
}

export function statusOf({ condition, override }: Standing): InstanceStatus {
  return override?.status ?? condition.status;
}

/** Why the status is what it is, where the status alone does not say it. */
export function reasonOf({ condition, override }: Standing): string | undefined {
  if (override !== undefined) return override.reason;
  return condition.status === 'suspect' ? condition.cause : undefined;
}

/** Kept by the mass-expiry guard although it would have been evicted. */
export function isHeld(condition: Condition): boolean {
  return condition.status === 'suspect' && condition.cause === 'held';
}
