import Joi from 'joi';
import type { InstanceStatus } from './instance';
import type { RefusedRoute, RouteClaim } from './route-claim';
import { serviceNameSchema } from './service-name';

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

/** Query of `GET /explain`. */
export interface ExplainQuery {
  /** Only services whose name comes behind this one: the `next` of the page before. */
  readonly after?: string;
  /** About so many instances: a service is never cut in two. */
  readonly limit: number;
}

/** Answer of `GET /explain`: every service with an instance, a claim or an override, by name. */
export interface ExplainAllResponse {
  readonly catalog_id: string;
  readonly services: readonly ExplainResponse[];
  /** Where the next page begins (`after`); `null` on the last one. */
  readonly next: string | null;
}

export const explainQuerySchema = Joi.object<ExplainQuery>({
  after: serviceNameSchema,
  limit: Joi.number().integer().min(1).max(1000).default(100),
});

/** An operator's override, as it is in force. */
export interface ExplainedInstanceOverride {
  readonly status: 'out_of_service';
  readonly reason: string;
  /** When the registry removes it; `null`: it stays until somebody does. */
  readonly until: number | null;
}

export interface ExplainedOverride extends ExplainedInstanceOverride {
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
  /** What is to be done about it. */
  readonly mend: string;
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
  readonly override: ExplainedInstanceOverride | null;
  /** Routes that it announces and that its service was not given. */
  readonly refused_routes: readonly RefusedRoute[];
  /** What is to be mended; its heartbeats are answered with the same. */
  readonly warnings: readonly string[];
  /** Which replica knows what of it; absent where the registry has a store of its own. */
  readonly replicas?: ExplainedReplicas;
}

/** Ids of replicas, as in `GET /registry`. */
export interface ExplainedReplicas {
  /** The one that was sent its last heartbeat; `null` when the one that answers knows of none since it started. */
  readonly last_heartbeat: string | null;
  /** The one at which its session is open; `null` when none is known. */
  readonly session: string | null;
}

export interface ExplainedTraffic {
  readonly gets: boolean;
  /** A sentence. */
  readonly why: string;
  /** What is to be done for it to get traffic; `null` when it gets some. */
  readonly mend: string | null;
}

export interface ExplainedProbe {
  readonly at: number;
  /** `answered`, `anonymous`, `somebody_else`, `refused`, `timed_out`, `unreachable`, `silent`, `unverified` */
  readonly outcome: string;
}
