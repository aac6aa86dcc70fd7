import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { requestIdFrom } from '../context/request-id';
import { runInContext } from '../context/request-context';
import { traceContextFrom } from '../context/trace-context';
import type { Logger } from '../logging/logger';

/** Gives every request an id and a place in a trace, and answers with the id. */
export function requestContextPass(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const requestId = requestIdFrom(req.get('x-request-id'), randomUUID);
    const trace = traceContextFrom(
      { traceparent: req.get('traceparent'), tracestate: req.get('tracestate') },
      randomBytes,
    );
    res.setHeader('X-Request-Id', requestId);
    const context = {
      requestId,
      trace,
      logger: logger.child({ request_id: requestId, trace_id: trace.traceId }),
    };
    runInContext(context, () => next());
  };
}
