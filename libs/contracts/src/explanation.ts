import type { InstanceStatus } from './instance';
import type { OverrideRequest } from './override';
import type { RefusedRoute, RouteClaim } from './route-claim';

/** Answer of `GET /explain/:service_name`: why each instance does or does not get traffic. Times are epoch seconds. */
export interface ExplainResponse {
  readonly service_name: string;
  readonly catalog_id: string;
  readonly revision: number;
  /** The mass-expiry guard of the service, while it holds instances. */
  readonly guard: ExplainedGuard | null;
  /** The paths that the service holds, whether an instance announces them or not. */
  readonly claims: readonly RouteClaim[];
  /** Overrides in force, also of instances that are not listed: one that registers with such an id or address is out of service. */
  readonly overrides: readonly ExplainedOverride[];
  readonly instances: readonly ExplainedInstance[];
}

export interface ExplainedOverride extends OverrideRequest {
  readonly instance_ids: readonly string[];
  readonly urls: readonly string[];
  /** Who set it. */
  readonly by: string;
  readonly since: number;
}

export interface ExplainedGuard {
  readonly since: number;
  /** When it ends at the latest. */
  readonly until: number;
  /** Ids of the instances that it keeps. */
  readonly held: readonly string[];
}

export interface ExplainedInstance {
  readonly instance_id: string;
  readonly url: string;
  readonly epoch: number;
  readonly status: InstanceStatus;
  /** Since when it has had this status, for this reason; `null` when that is longer ago than is remembered. */
  readonly since: number | null;
  readonly traffic: ExplainedTraffic;
  readonly last_heartbeat: number;
  /** When its lease ends, unless something renews it; `null` without a lease. */
  readonly lease_ends: number | null;
  /** What this registry process has seen of its session. */
  readonly session: 'never' | 'open' | 'lost';
  readonly last_probe: ExplainedProbe | null;
  readonly held: boolean;
  readonly override: OverrideRequest | null;
  /** Routes that it announces and that its service was not given. */
  readonly refused_routes: readonly RefusedRoute[];
  /** What is to be mended; its heartbeats are answered with the same. */
  readonly warnings: readonly string[];
}

export interface ExplainedTraffic {
  readonly gets: boolean;
  /** A sentence. */
  readonly why: string;
}

export interface ExplainedProbe {
  readonly at: number;
  /** `answered`, `anonymous`, `somebody_else`, `refused`, `timed_out`, `unreachable`, `silent`, `unverified` */
  readonly outcome: string;
}
