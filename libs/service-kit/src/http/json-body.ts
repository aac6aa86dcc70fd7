import express, { type Request, type RequestHandler } from 'express';
import type Joi from 'joi';
import { AppError } from '../errors/app-error';
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
  const parse = express.json({ limit: options.limitBytes ?? 65_536, type: JSON_TYPES });

  return {
    // Asynchronous, so that whatever is thrown on the way reaches Express: body-parser calls back from a socket's
    // event, where a throw would end the process.
    async pass(req, res, next) {
      if (hasBody(req) && !req.is(JSON_TYPES)) throw unsupportedMediaType(req.get('content-type'));
      await new Promise<void>((resolve, reject) =>
        parse(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error))),
      );
      bodies.set(req, { value: validate(schema, req.body ?? {}, 'body') });
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

const JSON_TYPES = ['application/json', 'application/*+json'];

function hasBody(req: Request): boolean {
  const length = req.get('content-length');
  return req.get('transfer-encoding') !== undefined || (length !== undefined && length !== '0');
}

function unsupportedMediaType(given: string | undefined): AppError {
  return new AppError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    status: 415,
    message: `Send the body as application/json, not as ${given ?? 'a body without a Content-Type'}.`,
    headers: { Accept: 'application/json' },
  });
}
