import Joi from 'joi';
import { serviceNameSchema } from './service-name';

/** Who changed what, when and why: one line of `GET /events`. */
export interface CatalogEvent {
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Stable name: `registered`, `replaced`, `status_changed`, `deregistered`, `evicted`, … */
  readonly type: string;
  readonly service_name: string;
  readonly instance_id: string;
  readonly url: string;
  /** `registry`, or who called: the name of its token, and `anonymous` where none is asked for. */
  readonly actor: string;
  readonly reason: string;
}

/** Query of `GET /events`. */
export interface EventsQuery {
  readonly service?: string;
  /** Only events of a later revision. */
  readonly since: number;
  readonly limit: number;
}

/** Answer of `GET /events`, oldest first. */
export interface EventsResponse {
  readonly catalog_id: string;
  readonly revision: number;
  readonly events: readonly CatalogEvent[];
}

export const eventsQuerySchema = Joi.object<EventsQuery>({
  service: serviceNameSchema,
  since: Joi.number().integer().min(0).default(0),
  limit: Joi.number().integer().min(1).max(1000).default(100),
});
