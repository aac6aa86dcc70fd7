import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../logging/logger';
import type { RequestContext } from './request-context';
import { requestIdFrom } from './request-id';
import { traceContextFrom, type TraceContext } from './trace-context';

/** Gives a request an id and a place in a trace, and its answer the id. */
export function beginRequest(req: IncomingMessage, res: ServerResponse, logger: Logger): RequestContext {
  const context = new LazyRequestContext(req.headers, logger);
  res.setHeader('X-Request-Id', context.requestId);
  return context;
}

/** Most requests log nothing and call nobody: the trace and the logger are made for those that do. */
class LazyRequestContext implements RequestContext {
  readonly requestId: string;
  readonly #headers: IncomingHttpHeaders;
  readonly #parent: Logger;
  #trace: TraceContext | undefined;
  #logger: Logger | undefined;

  constructor(headers: IncomingHttpHeaders, logger: Logger) {
    this.#headers = headers;
    this.#parent = logger;
    this.requestId = requestIdFrom(single(headers['x-request-id']), randomUUID);
  }

  get trace(): TraceContext {
    return (this.#trace ??= traceContextFrom(
      {
        traceparent: single(this.#headers['traceparent']),
        tracestate: single(this.#headers['tracestate']),
      },
      randomBytes,
    ));
  }

  get logger(): Logger {
    return (this.#logger ??= this.#parent.child({
      request_id: this.requestId,
      trace_id: this.trace.traceId,
    }));
  }
}

/** Node joins what is sent twice, for every header but Set-Cookie. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
