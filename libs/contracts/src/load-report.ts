import Joi from 'joi';
import { epochSchema } from './instance-reference';
import { instanceIdSchema } from './registration';
import { serviceNameSchema } from './service-name';

/** What can become of an attempt that fails: never sent, cut off, too late, not HTTP, or answered with 5xx. */
export const LOAD_OUTCOMES = ['refused', 'reset', 'timed_out', 'bad_response', 's5xx'] as const;
export type LoadOutcome = (typeof LOAD_OUTCOMES)[number];

/** What was counted since the report before; `in_flight` is at the time of the report. */
export interface LoadCounts {
  readonly requests: number;
  readonly failed: number;
  /** Of attempts: those that were not the first. Of calls: those that took more than one attempt. */
  readonly retried: number;
  readonly in_flight: number;
  /** Those that failed, by outcome; what is 0 is left out. */
  readonly outcomes?: Partial<Readonly<Record<LoadOutcome, number>>>;
  /** Latencies by bucket (`latencyBucket`); what is 0 is left out. */
  readonly buckets: Readonly<Record<string, number>>;
}

/**
 * Load from the reporter to a service, in one of two views, which are never added up:
 *
 * - With `instance_id`: attempts, each of which went to that instance.
 * - Without: calls as they ended for whoever made them, retries included; at a gateway by `route`.
 */
export interface LoadEdge extends LoadCounts {
  readonly service_name: string;
  readonly instance_id?: string;
  /** Host, if it has one, and path prefix: `/products`, `shop.example/products`. */
  readonly route?: string;
}

/** An instance that the reporter does not pick at the moment. */
export interface LoadEjection {
  readonly service_name: string;
  readonly instance_id: string;
  /** `by_hand`, or what the outlier detector saw, as `consecutive`; 64 characters at most, as is the next. */
  readonly cause: string;
  /** The outcome that it was ejected for, or the reason that was given. */
  readonly outcome: string;
  /** How much longer; `null`: until it is restored. */
  readonly for_ms: number | null;
}

/** Body of `POST /reports`: what a listed instance has sent to others since its report before. */
export interface LoadReport {
  /** Who reports: every edge begins at it. */
  readonly reporter: {
    readonly service_name: string;
    readonly instance_id: string;
    readonly epoch: number;
  };
  /** Rises with every report of an incarnation: what comes twice, or late, is counted once, or not at all. */
  readonly seq: number;
  /** How long it has counted. */
  readonly window_ms: number;
  /** Those on which something has happened, 500 at most. */
  readonly edges: readonly LoadEdge[];
  /** Sums of the attempts, and of the calls, that did not fit. */
  readonly other?: { readonly requests: number; readonly failed: number };
  /** By service, 50 at most: requests that wait for an instance. */
  readonly held?: Readonly<Record<string, number>>;
  /** 50 at most. */
  readonly ejected?: readonly LoadEjection[];
  /** Of a gateway: equal for gateways that have the same routes in force. */
  readonly routes_digest?: string;
}

/** Answer of `POST /reports`. */
export interface LoadReportResponse {
  /** When the next one is wanted: 2000 while somebody looks, else 10 000; 0: none is. */
  readonly interval_ms: number;
}

export const MAX_LOAD_EDGES = 500;
/** Further bounds of a report. */
export const LOAD_REPORT_BOUNDS = {
  named: 50,
  count: 100_000_000,
  windowMs: 60_000,
  text: 64,
  route: 1024,
} as const;
export const BUCKET_NUMBER = /^(\d|[1-6]\d|7[0-3])$/;

const count = Joi.number().integer().min(0).max(LOAD_REPORT_BOUNDS.count);
const part = count.max(Joi.ref('requests')).required();
const ownText = Joi.string().max(LOAD_REPORT_BOUNDS.text);

const outcomesSchema = Joi.object(Object.fromEntries(LOAD_OUTCOMES.map((outcome) => [outcome, count])));
const edgeSchema = Joi.object<LoadEdge>({
  service_name: serviceNameSchema.required(),
  instance_id: instanceIdSchema,
  route: Joi.string().max(LOAD_REPORT_BOUNDS.route),
  requests: count.required(),
  failed: part,
  retried: part,
  in_flight: count.required(),
  outcomes: outcomesSchema,
  buckets: Joi.object().pattern(BUCKET_NUMBER, count).required(),
});

export const loadReportSchema = Joi.object<LoadReport>({
  reporter: Joi.object({
    service_name: serviceNameSchema.required(),
    instance_id: instanceIdSchema.required(),
    epoch: epochSchema.required(),
  }).required(),
  seq: Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
  window_ms: Joi.number().min(0).max(LOAD_REPORT_BOUNDS.windowMs).required(),
  edges: Joi.array().items(edgeSchema).max(MAX_LOAD_EDGES).required(),
  other: Joi.object({ requests: count.required(), failed: part }),
  held: Joi.object().pattern(serviceNameSchema, count).max(LOAD_REPORT_BOUNDS.named),
  ejected: Joi.array()
    .items(
      Joi.object<LoadEjection>({
        service_name: serviceNameSchema.required(),
        instance_id: instanceIdSchema.required(),
        cause: ownText.required(),
        outcome: ownText.allow('').required(),
        for_ms: Joi.number().min(0).allow(null).required(),
      }),
    )
    .max(LOAD_REPORT_BOUNDS.named),
  routes_digest: Joi.string().max(64),
}).required();
