import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import type { RequestContext } from '../context/request-context';
import { asAppError } from '../errors/as-app-error';
import { toProblem } from '../errors/problem';
import type { Logger } from '../logging/logger';

export interface FailedRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  readonly context: RequestContext | undefined;
}

/** Every error's one way out: logged when it is ours (5xx, unless its cause is logged as a state), answered as problem+json (RFC 9457). */
export function answerError(
  thrown: unknown,
  { req, res, path, context }: FailedRequest,
  logger: Logger,
): void {
  const error = asAppError(thrown);
  if (error.isLogged)
    (context?.logger ?? logger).error(error.message, {
      event: 'request_failed',
      code: error.code,
      method: req.method,
      path,
      ...error.details,
      error: thrown,
    });
  if (res.headersSent) {
    // The status has gone out already: cutting the connection is the only way left to say that it failed.
    res.destroy();
    return;
  }
  const problem = JSON.stringify(toProblem(error, { requestId: context?.requestId ?? '', path }));
  res.writeHead(error.status, {
    ...error.headers,
    // The rest of the request's body is not read: close after the answer.
    ...(req.complete ? {} : { Connection: 'close' }),
    'Content-Type': `${PROBLEM_CONTENT_TYPE}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(problem),
  });
  res.end(problem);
}
