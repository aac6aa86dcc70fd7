import Joi from 'joi';
import type { Instance } from './instance';
import { instanceIdSchema } from './registration';
import type { RouteClaim } from './route-claim';
import { isServiceName } from './service-name';

/** Query of `GET /watch`. */
export interface WatchQuery {
  /** Names, or `*` for every present and future service. */
  readonly services: readonly string[] | '*';
  /** A new UUID for each watching process; drains wait for the acknowledgements of such subscribers. */
  readonly subscriber?: string;
  /** The `instance_id` of the process that watches, so that a drain can name it: a claim, believed where its token allows it. */
  readonly as?: string;
}

/** Body of `POST /watch`: a list that is too long for a query string. */
export interface WatchRequest {
  readonly services: readonly string[] | '*';
  readonly subscriber?: string;
  readonly as?: string;
}

/**
 * Body of `POST /watch/additions`: the stream follows these services too. For each of them a `snapshot` follows on the
 * stream, and one `synced` behind them; the services that it followed before are not sent again.
 */
export interface WatchAdditionsRequest {
  readonly subscriber: string;
  /** From the `hello` of the stream. */
  readonly stream_secret: string;
  readonly services: readonly string[];
}

/**
 * First event of every stream. The `id:` of an event begins with its revision; what follows tells the registry
 * whether a `Last-Event-ID` is of the same list and catalog. Readers send it back unchanged.
 */
export interface WatchHello {
  readonly catalog_id: string;
  readonly revision: number;
  /** Proves to `POST /acks` that an acknowledgement comes from this stream's reader. */
  readonly stream_secret: string;
  /** True while the registry, whose catalog began a moment ago, may not know all instances yet: keep those that it omits. */
  readonly warming: boolean;
  /** True when the stream goes on from `Last-Event-ID`; otherwise snapshots follow, and services without one have no instances. */
  readonly resumed: boolean;
  /**
   * Since when this replica has lost its store, epoch milliseconds; absent while it has not. The stream tells of no change of
   * other replicas, and its reader counts as no subscriber: read it only if no other replica has a better one.
   */
  readonly stale_since?: number;
}

/** The full set of one service at a revision, every status included. */
export interface WatchSnapshot {
  readonly service_name: string;
  readonly revision: number;
  readonly instances: readonly Instance[];
  /** The paths that it holds; absent when it holds none. */
  readonly claims?: readonly RouteClaim[];
}

/** A change to one service; applies only on top of `prev_revision` of that service. */
export interface WatchDelta {
  readonly service_name: string;
  readonly prev_revision: number;
  readonly revision: number;
  readonly upserted: readonly Instance[];
  /** Ids of instances that are gone. */
  readonly removed: readonly string[];
  /** The paths that it holds now; absent when they are the same as before. */
  readonly claims?: readonly RouteClaim[];
  /** An instance in it is draining: acknowledge with `POST /acks` once it cannot be picked any more. */
  readonly ack?: true;
}

/**
 * Sent after the snapshots that a stream begins with (or, when resumed, after the missed deltas), and after those of
 * each addition: the reader is now complete at `revision`. Without it a reader of `services=*` could
 * not tell "none" from "not yet".
 */
export interface WatchSynced {
  readonly revision: number;
  /** Some instance on the list is draining: acknowledge this revision, as for a delta with `ack`. */
  readonly ack?: true;
}

export type WatchEvent =
  | { readonly type: 'hello'; readonly data: WatchHello }
  | { readonly type: 'snapshot'; readonly data: WatchSnapshot }
  | { readonly type: 'delta'; readonly data: WatchDelta }
  | { readonly type: 'synced'; readonly data: WatchSynced };

/** Names in one request. A stream takes more, by additions. */
export const MAX_WATCHED_SERVICES = 10_000;
/** Longest body of `POST /watch` and `POST /watch/additions`, bytes: as many names as that, each as long as one may be. */
export const MAX_WATCH_BODY_BYTES = 1024 * 1024;

const subscriberSchema = Joi.string().uuid().lowercase();

/** Not by a schema per item: it takes a hundred times as long, and would list each fault of ten thousand names. */
const namesSchema = Joi.array()
  .max(MAX_WATCHED_SERVICES)
  .custom((names: readonly unknown[], helpers) => {
    const wrong = names.findIndex((name) => typeof name !== 'string' || !isServiceName(name));
    return wrong === -1
      ? [...new Set(names)]
      : helpers.message({ custom: `{{#label}}[${wrong}] must be the name of a service` });
  });

export const watchQuerySchema = Joi.object<WatchQuery>({
  services: Joi.string()
    .required()
    .custom((value: string, helpers) => {
      if (value === '*') return value;
      const names = [...new Set(value.split(','))];
      if (names.length > MAX_WATCHED_SERVICES)
        return helpers.message({ custom: `{{#label}} must name at most ${MAX_WATCHED_SERVICES} services` });
      return names.every(isServiceName)
        ? names
        : helpers.message({ custom: `{{#label}} must be "*" or service names with commas between them` });
    }),
  subscriber: subscriberSchema,
  as: instanceIdSchema,
});

export const watchRequestSchema = Joi.object<WatchRequest>({
  services: Joi.alternatives()
    .conditional(Joi.array(), { then: namesSchema.min(1), otherwise: Joi.string().valid('*') })
    .required(),
  subscriber: subscriberSchema,
  as: instanceIdSchema,
}).required();

export const watchAdditionsRequestSchema = Joi.object<WatchAdditionsRequest>({
  subscriber: subscriberSchema.required(),
  stream_secret: Joi.string().max(128).required(),
  services: namesSchema.min(1).required(),
}).required();
