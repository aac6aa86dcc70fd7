import type { Request, RequestHandler } from 'express';
import type Joi from 'joi';
import { readJson } from './read-json';
import { validate } from './validate';

/** Reads and validates a route's JSON body: `app.post(path, body.pass, (req) => use(body.of(req)))`. */
export interface JsonBody<T> {
  /**
   * Answers 400 for malformed JSON and for faults (all of them), 413 beyond the limit, 415 for another media type.
   */
  readonly pass: RequestHandler;
  /** The validated body of a request that went through `pass`. */
  of(req: Request): T;
}

/** @param options.limitBytes longest body, bytes; default 64 KiB */
export function jsonBody<T>(schema: Joi.Schema<T>, options: { limitBytes?: number } = {}): JsonBody<T> {
  const bodies = new WeakMap<Request, { value: T }>();

  return {
    async pass(req, _res, next) {
      bodies.set(req, { value: validate(schema, await readJson(req, options.limitBytes), 'body') });
      next();
    },
    of(req) {
      const body = bodies.get(req);
      if (body === undefined)
        throw new Error('jsonBody.of() was asked about a request that did not go through pass');
      return body.value;
    },
  };
}
