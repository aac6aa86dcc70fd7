import Joi from 'joi';
import { serviceNameSchema } from './service-name';

/** Everything that `GET /events` tells of. */
export const CATALOG_EVENT_TYPES = [
  'registered',
  'replaced',
  'status_changed',
  'routes_changed',
  'route_refused',
  'deregistered',
  'evicted',
  'address_taken',
  'id_taken',
] as const;

export type CatalogEventType = (typeof CATALOG_EVENT_TYPES)[number];

/** Who changed what, when and why: one line of `GET /events`. */
export interface CatalogEvent {
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: CatalogEventType;
  readonly service_name: string;
  readonly instance_id: string;
  readonly url: string;
  /** `registry`, or who called: the name of its token, and `anonymous` where none is asked for. */
  readonly actor: string;
  readonly reason: string;
  /** Id of the replica that made the change; absent where the registry has a store of its own. */
  readonly replica?: string;
}

/** Query of `GET /events`. */
export interface EventsQuery {
  readonly service?: string;
  /** Only events of a later revision. */
  readonly since: number;
  /** Only events of an earlier revision. */
  readonly before?: number;
  readonly actor?: string;
  readonly type?: CatalogEventType;
  /** `asc`: oldest first. */
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** Answer of `GET /events`, in the order that was asked for. */
export interface EventsResponse {
  readonly catalog_id: string;
  readonly revision: number;
  readonly events: readonly CatalogEvent[];
}

const revisionSchema = Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER);

export const eventsQuerySchema = Joi.object<EventsQuery>({
  service: serviceNameSchema,
  since: revisionSchema.default(0),
  before: revisionSchema,
  actor: Joi.string().pattern(/^[A-Za-z0-9._-]{1,63}$/, '1 to 63 letters, digits, ".", "_" or "-"'),
  type: Joi.string().valid(...CATALOG_EVENT_TYPES),
  order: Joi.string().valid('asc', 'desc').default('asc'),
  limit: Joi.number().integer().min(1).max(1000).default(100),
});
