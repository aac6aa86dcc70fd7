import Joi from 'joi';
import type { Instance } from './instance';
import type { RouteClaim } from './route-claim';
import { isServiceName } from './service-name';

/** Query of `GET /watch`. */
export interface WatchQuery {
  /** Names, or `*` for every service there is and will be. */
  readonly services: readonly string[] | '*';
  /** A UUID made anew for each life of the watching process; counts it among a drain's subscribers. */
  readonly subscriber?: string;
}

/** Body of `POST /watch`: a list of any length, where a query string would not take it. */
export interface WatchRequest {
  readonly services: readonly string[] | '*';
  readonly subscriber?: string;
}

/**
 * Body of `POST /watch/additions`: the stream follows these services too. For each of them a `snapshot` follows on the
 * stream, and one `synced` behind them; nothing is said again of the services that it followed before.
 */
export interface WatchAdditionsRequest {
  readonly subscriber: string;
  /** From the `hello` of the stream. */
  readonly stream_secret: string;
  readonly services: readonly string[];
}

/**
 * First event of every stream. The `id:` of an event begins with its revision; what follows tells the registry
 * whether a `Last-Event-ID` is of the same list and catalog. Readers send it back as it came.
 */
export interface WatchHello {
  readonly catalog_id: string;
  readonly revision: number;
  /** Proves to `POST /acks` that an acknowledgement comes from this stream's reader. */
  readonly stream_secret: string;
  /** True while the registry has started empty and may not have heard from everyone: ignore shrinkage. */
  readonly warming: boolean;
  /** True when the stream goes on from `Last-Event-ID`; otherwise snapshots follow, and what has none is empty. */
  readonly resumed: boolean;
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
  /** An instance in it is draining: say so at `POST /acks` once no pick of it can happen any more. */
  readonly ack?: true;
}

/**
 * Sent after the snapshots that a stream begins with (or, when resumed, after the missed deltas), and after those of
 * each addition: the reader now knows all there was to know at `revision`. Without it a reader of `services=*` could
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

/** By hand: a schema an item takes a hundred times as long, and would list every fault of ten thousand names. */
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
});

export const watchRequestSchema = Joi.object<WatchRequest>({
  services: Joi.alternatives()
    .conditional(Joi.array(), { then: namesSchema.min(1), otherwise: Joi.string().valid('*') })
    .required(),
  subscriber: subscriberSchema,
}).required();

export const watchAdditionsRequestSchema = Joi.object<WatchAdditionsRequest>({
  subscriber: subscriberSchema.required(),
  stream_secret: Joi.string().max(128).required(),
  services: namesSchema.min(1).required(),
}).required();
