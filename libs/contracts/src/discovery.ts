import Joi from 'joi';
import { durationSchema } from './duration';
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

const LONGEST_WAIT_MS = 600_000;

export const discoverQuerySchema = Joi.object<DiscoverQuery>({
  tag: Joi.string().max(64),
  version: Joi.string().max(64),
  zone: Joi.string().max(64),
  status: Joi.string().valid(...INSTANCE_STATUSES, 'any'),
  index: Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER),
  wait: durationSchema(0, LONGEST_WAIT_MS),
}).with('wait', 'index');

/** No query at all, as most callers ask: valid as it is. */
export function recogniseDiscoverQuery(query: object): DiscoverQuery | undefined {
  return Object.keys(query).length === 0 ? query : undefined;
}
