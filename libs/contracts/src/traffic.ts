import Joi from 'joi';
import { durationSchema } from './duration';
import type { LoadCounts, LoadEjection, LoadOutcome } from './load-report';
import { serviceNameSchema } from './service-name';

/** Query of `GET /traffic`. */
export interface TrafficQuery {
  /** Only edges that begin or end at this service. */
  readonly service?: string;
  /** Milliseconds that the sums cover, at least; on the wire `60s`, `2m`. */
  readonly window: number;
  /** `service`: all instances of a service are one caller. `reporter`: each is its own. */
  readonly by: 'service' | 'reporter';
  /** Whether edges come with their values by step. */
  readonly series: boolean;
}

/**
 * Answer of `GET /traffic`, and the `traffic` event of `GET /live`: what reporters have sent to whom lately, as they have
 * reported it. Times are epoch milliseconds.
 */
export interface TrafficResponse {
  readonly at: number;
  /** `off`: this registry takes no reports (`TRAFFIC_REPORTS`). */
  readonly reports: 'on' | 'off';
  readonly step_ms: number;
  /** What the sums cover: the window that was asked for and up to 20 s more, since latencies are kept by 20 s. */
  readonly window_ms: number;
  readonly reporters: readonly TrafficReporter[];
  readonly edges: readonly TrafficEdge[];
}

/** An instance that has reported within the window. */
export interface TrafficReporter {
  readonly service_name: string;
  readonly instance_id: string;
  /** When its last report came. */
  readonly at: number;
  /** When its next one is expected. */
  readonly interval_ms: number;
  readonly routes_digest: string | null;
  readonly held: Readonly<Record<string, number>>;
  readonly ejected: readonly LoadEjection[];
  /** What it did on edges for which there was no room. */
  readonly other: { readonly requests: number; readonly failed: number };
}

/**
 * Sums of the window. As in a report, there are two views, which are never added up: edges with an `instance_id` count
 * attempts, edges without count calls as they ended for whoever made them (by `route` at gateways, where a service's
 * calls are the sum of its routes).
 */
export interface TrafficEdge extends LoadCounts {
  /** The service that calls. */
  readonly from: string;
  /** Its instance; `null` where those of the service are added up (`by=service`). */
  readonly reporter: string | null;
  readonly service_name: string;
  readonly instance_id: string | null;
  readonly route: string | null;
  readonly outcomes: Partial<Readonly<Record<LoadOutcome, number>>>;
  readonly requests_per_second: number;
  /** `null` without a request. */
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  /** When a request was last reported on it. */
  readonly last_at: number;
  readonly series?: TrafficSeries;
}

/** Values by step: index `i` is what happened from `begins_at + i * step_ms` on. */
export interface TrafficSeries {
  readonly begins_at: number;
  readonly requests: readonly number[];
  readonly failed: readonly number[];
  /** `null` in a step without a request. */
  readonly p99_ms: readonly (number | null)[];
}

export const SHORTEST_TRAFFIC_WINDOW_MS = 20_000;
export const LONGEST_TRAFFIC_WINDOW_MS = 300_000;

export const trafficQuerySchema = Joi.object<TrafficQuery>({
  service: serviceNameSchema,
  window: durationSchema(SHORTEST_TRAFFIC_WINDOW_MS, LONGEST_TRAFFIC_WINDOW_MS).default(60_000),
  by: Joi.string().valid('service', 'reporter').default('service'),
  series: Joi.boolean().default(false),
});
