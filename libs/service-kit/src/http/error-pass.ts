import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import type { ErrorRequestHandler } from 'express';
import { currentContext } from '../context/request-context';
import { asAppError } from '../errors/as-app-error';
import { toProblem } from '../errors/problem';
import type { Logger } from '../logging/logger';

/** Every error's one way out: logged when it is ours (5xx), answered as problem+json (RFC 9457). */
export function errorPass(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown, req, res, _next) => {
    const error = asAppError(thrown);
    const context = currentContext();
    if (error.status >= 500)
      (context?.logger ?? logger).error(error.message, {
        event: 'request_failed',
        code: error.code,
        method: req.method,
        path: req.path,
        ...error.details,
        error: thrown,
      });
    if (res.headersSent) {
      // The status has gone out already: cutting the connection is the only way left to say that it failed.
      res.destroy();
      return;
    }
    // What the caller has not finished sending is not worth reading: close after the answer.
    if (!req.complete) res.setHeader('Connection', 'close');
    res.status(error.status).set(error.headers).type(PROBLEM_CONTENT_TYPE);
    res.send(JSON.stringify(toProblem(error, { requestId: context?.requestId ?? '', path: req.path })));
  };
}
