import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../logging/logger';
import type { Span } from '../tracing/tracer';
import { createRandomHex } from './random-hex';
import type { RequestContext } from './request-context';
import { requestIdFrom } from './request-id';
import { traceContextFrom, traceFields, type Sampling, type TraceContext } from './trace-context';

const randomHex = createRandomHex();

/** Gives a request an id and a place in a trace, and its answer the id. */
export function beginRequest(
  req: IncomingMessage,
  res: ServerResponse,
  { logger, sampling }: { readonly logger: Logger; readonly sampling?: Sampling | undefined },
): RequestContext {
  const context = new LazyRequestContext(req.headers, logger, sampling);
  res.setHeader('X-Request-Id', context.requestId);
  return context;
}

/** Most requests neither log nor call another service: the trace and the logger are made when they are first used. */
class LazyRequestContext implements RequestContext {
  readonly requestId: string;
  span: Span | undefined;
  readonly #headers: IncomingHttpHeaders;
  readonly #parent: Logger;
  readonly #sampling: Sampling | undefined;
  #trace: TraceContext | undefined;
  #logger: Logger | undefined;

  constructor(headers: IncomingHttpHeaders, logger: Logger, sampling: Sampling | undefined) {
    this.#headers = headers;
    this.#sampling = sampling;
    this.#parent = logger;
    this.requestId = requestIdFrom(single(headers['x-request-id']), randomUUID);
  }

  get trace(): TraceContext {
    return (this.#trace ??= traceContextFrom(
      {
        traceparent: single(this.#headers['traceparent']),
        tracestate: single(this.#headers['tracestate']),
      },
      randomHex,
      this.#sampling,
    ));
  }

  get logger(): Logger {
    return (this.#logger ??= this.#parent.child({
      request_id: this.requestId,
      ...traceFields(this.trace),
    }));
  }
}

/** Node joins what is sent twice, for every header but Set-Cookie. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
