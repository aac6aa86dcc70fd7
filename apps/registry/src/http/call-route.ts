import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  currentContext,
  readJson,
  validate,
  type Reply,
  type Route,
  type RouteCall,
  type Span,
} from '@rollcall/service-kit';
import type Joi from 'joi';
import type { NeededScope } from '../access/scope';
import type { Caller, CallerOf } from './caller';

/**
 * Knows what nearly everybody sends for valid, without the schema; `undefined` for everything that the schema has to
 * judge. A call that is made thousands of times a second has one.
 */
export type Recognise<T, V = object> = (value: V) => T | undefined;

/** An authorised call. Its input is valid, or it is answered with 400 and all faults. */
export interface Call {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly caller: Caller;
  /** What is recorded of it, if anything. */
  readonly span: Span | undefined;
  params<P>(schema: Joi.Schema<P>, recognise?: Recognise<P, RouteCall['params']>): P;
  query<Q>(schema: Joi.Schema<Q>, recognise?: Recognise<Q>): Q;
  body<B>(schema: Joi.Schema<B>, recognise?: Recognise<B>): Promise<B>;
}

/** One call of the registry's API. */
export interface CallDefinition {
  readonly method: Route['method'];
  readonly path: string;
  /** Asked for before anything is read: strangers cost no parsing, and learn nothing from it. */
  readonly needs: NeededScope | 'nothing';
  /** See `Route`: for what changes something, and comes neither often nor to stay. */
  readonly traced?: true;
  /** Bytes, where it is more than the usual 64 KiB. */
  readonly longestBody?: number;
  /** A reply, or `undefined` once a stream has taken the response over. */
  readonly answer: (call: Call) => Reply | undefined | Promise<Reply | undefined>;
}

export function callRoute(
  callerOf: CallerOf,
  { method, path, needs, traced, longestBody, answer }: CallDefinition,
): Route {
  return {
    method,
    path,
    ...(traced && { traced }),
    answer({ req, res, params, query }) {
      const caller = callerOf(req);
      if (needs !== 'nothing') caller.require(needs);
      return answer({
        req,
        res,
        caller,
        span: traced && currentContext()?.span,
        params: (schema, recognise) => recognise?.(params) ?? validate(schema, params, 'path'),
        query: (schema, recognise) => recognise?.(query) ?? validate(schema, query, 'query'),
        async body(schema, recognise) {
          const body = await readJson(req, longestBody);
          return recognise?.(body) ?? validate(schema, body, 'body');
        },
      });
    },
  };
}
