import Joi from 'joi';
import { epochSchema } from './instance-reference';

/** Query of `GET /instances/:id/session`. */
export interface SessionQuery {
  /** Of the incarnation that opens it: an older one's session would vouch for another process. */
  readonly epoch: number;
}

/** First event of a session: from now on its end speaks of the instance. */
export interface SessionOpened {
  readonly instance_id: string;
  readonly epoch: number;
  /** Whole seconds between pings; one that hears nothing for three of them has lost the registry. */
  readonly ping_interval_seconds: number;
}

/**
 * Last event of a session that the registry ends. `superseded`: a newer session of the same incarnation is open, so open no
 * other. `over`: that incarnation is not listed any more (evicted, replaced or deregistered); register again, unless you
 * are going. `registry_closing`: open one at another registry, or here a moment later. `unauthorized`: the token that
 * opened it has been taken away, or no longer has the scope.
 */
export interface SessionClosed {
  readonly reason: 'superseded' | 'over' | 'registry_closing' | 'unauthorized';
}

export type SessionEvent =
  | { readonly type: 'opened'; readonly data: SessionOpened }
  | { readonly type: 'closed'; readonly data: SessionClosed };

export const sessionQuerySchema = Joi.object<SessionQuery>({ epoch: epochSchema.required() });
