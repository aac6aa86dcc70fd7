import Joi from 'joi';
import { INSTANCE_STATUSES, type Instance, type InstanceStatus } from './instance';

/** Query of `GET /discover/:service_name`. With `index` the call blocks until the revision passes it. */
export interface DiscoverQuery {
  readonly tag?: string;
  readonly version?: string;
  readonly zone?: string;
  /** One status, or `any` for all; without it, those that may get traffic. */
  readonly status?: InstanceStatus | 'any';
  /** The revision the caller has already seen. */
  readonly index?: number;
  /** Longest wait, milliseconds; on the wire `30s`, `500ms`, `1m` or bare seconds. */
  readonly wait?: number;
}

/** Answer of `GET /discover/:service_name`: an immutable full set at a revision. */
export interface DiscoverResponse {
  readonly service_name: string;
  /** Identity of the catalog whose revisions these are. */
  readonly catalog_id: string;
  readonly revision: number;
  /** Since when this replica has lost its store, epoch milliseconds: the list may be out of date. Absent while it has not. */
  readonly stale_since?: number;
  readonly instances: readonly Instance[];
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, '': 1000 };
const LONGEST_WAIT_MS = 600_000;

const waitSchema = Joi.string().custom((value: string, helpers) => {
  const match = /^(\d{1,9})(ms|s|m|)$/.exec(value);
  const unit = UNIT_MS[match?.[2] ?? 'none'];
  return match === null || unit === undefined
    ? helpers.message({ custom: '{{#label}} must be a duration like "30s", "500ms" or "1m"' })
    : Math.min(Number(match[1]) * unit, LONGEST_WAIT_MS);
});

export const discoverQuerySchema = Joi.object<DiscoverQuery>({
  tag: Joi.string().max(64),
  version: Joi.string().max(64),
  zone: Joi.string().max(64),
  status: Joi.string().valid(...INSTANCE_STATUSES, 'any'),
  index: Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER),
  wait: waitSchema,
}).with('wait', 'index');

/** No query at all, as most callers ask: valid as it is. */
export function recogniseDiscoverQuery(query: object): DiscoverQuery | undefined {
  return Object.keys(query).length === 0 ? query : undefined;
}
