import type { ErrorRequestHandler } from 'express';
import { currentContext } from '../context/request-context';
import type { Logger } from '../logging/logger';
import { answerError } from './answer-error';

/** The last pass of an Express app. */
export function errorPass(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown, req, res, _next) =>
    answerError(thrown, { req, res, path: req.path, context: currentContext() }, logger);
}
