import Joi from 'joi';
import { epochSchema } from './instance-reference';

/** Query of `GET /instances/:id/session`. */
export interface SessionQuery {
  /** Of the incarnation that opens it: the session of an earlier one must not prove that a later process lives. */
  readonly epoch: number;
}

/** First event of a session: from now on its end means that the process may be dead. */
export interface SessionOpened {
  readonly instance_id: string;
  readonly epoch: number;
  /** Whole seconds between pings; a client without one for three times as long has lost the registry. */
  readonly ping_interval_seconds: number;
}

/**
 * Last event of a session that the registry ends. `superseded`: a newer session of the same incarnation is open, so open no
 * other. `over`: that incarnation is not listed any more (evicted, replaced or deregistered); register again, unless the
 * process is stopping. `registry_closing`: open one at another registry, or here a moment later. `unauthorized`: the token that
 * opened it has been taken away, or no longer has the scope.
 */
export interface SessionClosed {
  readonly reason: 'superseded' | 'over' | 'registry_closing' | 'unauthorized';
}

export type SessionEvent =
  | { readonly type: 'opened'; readonly data: SessionOpened }
  | { readonly type: 'closed'; readonly data: SessionClosed };

export const sessionQuerySchema = Joi.object<SessionQuery>({ epoch: epochSchema.required() });
