import Joi from 'joi';
import type { AnnouncedRoute } from './announced-route';
import type { RefusedRoute } from './route-claim';

/**
 * Traffic goes to `up`; to `suspect` only when a service has no `up`; never to the others.
 * `out_of_service` is an operator's override of any other status.
 */
export const INSTANCE_STATUSES = ['starting', 'up', 'suspect', 'draining', 'out_of_service'] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

/** What an instance speaks behind `http:`; `h2c` is HTTP/2 without TLS, from the first byte (RFC 9113 §3.3). */
export const INSTANCE_PROTOCOLS = ['http/1.1', 'h2c'] as const;
export type InstanceProtocol = (typeof INSTANCE_PROTOCOLS)[number];

/** One process at one address, as the registry lists it. Times are whole epoch seconds. */
export interface Instance {
  readonly instance_id: string;
  readonly service_name: string;
  /** Canonical base address, e.g. `http://10.0.0.7:8081`. */
  readonly url: string;
  readonly status: InstanceStatus;
  readonly version: string | null;
  readonly zone: string | null;
  readonly tags: readonly string[];
  /** 1–1000; 100 is an ordinary share of the traffic. */
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** The announced routes whose paths its service holds. */
  readonly routes: readonly AnnouncedRoute[];
  /** The other announced routes; absent when there are none. */
  readonly refused_routes?: readonly RefusedRoute[];
  /** Seconds a lease lasts without a heartbeat; 0 is no lease. */
  readonly ttl_seconds: number;
  /** Absent for `http/1.1`, and for `https:`, where it is agreed on by TLS (ALPN). */
  readonly protocol?: InstanceProtocol;
  /** Path that answers 200 while the process lives, asked by the registry's probe. */
  readonly health_path: string;
  readonly registered_at: number;
  /** Last heartbeat known to this registry; not pushed to watchers. */
  readonly last_heartbeat: number;
  /** The catalog's revision at registration: identifies one incarnation of it. */
  readonly epoch: number;
  /** The catalog's revision when this record last changed. */
  readonly revision: number;
  /** The reason for the status, where there is one to give. */
  readonly reason?: string;
}

/** Set by the registry only; ignored in a request, which may be an answer that is sent back. */
const ignored = Joi.any().strip();

/** Fields of an instance that the registry sets. */
export const registrysFields = {
  registered_at: ignored,
  last_heartbeat: ignored,
  epoch: ignored,
  revision: ignored,
  reason: ignored,
  refused_routes: ignored,
  warnings: ignored,
};

/** All fields of an instance in the registry's answers, for requests that only name one. */
export const answeredFields = {
  ...registrysFields,
  instance_id: ignored,
  service_name: ignored,
  url: ignored,
  status: ignored,
  version: ignored,
  zone: ignored,
  tags: ignored,
  weight: ignored,
  metadata: ignored,
  routes: ignored,
  ttl_seconds: ignored,
  health_path: ignored,
  protocol: ignored,
  heartbeat_interval_seconds: ignored,
} satisfies Readonly<Record<keyof Instance, Joi.Schema>> & Readonly<Record<string, Joi.Schema>>;

/** The statuses that an instance may set; the registry sets all others. */
export const ownStatusSchema = Joi.string()
  .valid(...INSTANCE_STATUSES)
  .custom((status: InstanceStatus) => (status === 'up' || status === 'starting' ? status : undefined))
  .description('up or starting; the others, which the registry gives, are ignored');
