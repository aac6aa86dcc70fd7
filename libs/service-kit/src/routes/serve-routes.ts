import type { RequestListener } from 'node:http';
import { parse } from 'node:querystring';
import type { BrowserGuard } from '../access/browser-guard';
import { beginRequest } from '../context/begin-request';
import { runInContext } from '../context/request-context';
import { AppError } from '../errors/app-error';
import { answerError, type FailedRequest } from '../http/answer-error';
import { methodNotAllowed } from '../http/method-not-allowed';
import { observeRequest } from '../http/observe-request';
import type { UnreadAnswers } from '../http/unread-answers';
import type { Logger } from '../logging/logger';
import { samplingOf, startServerSpan } from '../tracing/server-span';
import type { Tracer } from '../tracing/tracer';
import type { Metrics } from '../metrics/metrics';
import type { Route } from './route';
import { createRouteTable, type RouteMatch } from './route-table';
import { sendReply, watchUnread } from './send-reply';

export interface ServeRoutesOptions {
  readonly routes: readonly Route[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Asked of each call before anything is read of it. */
  readonly guard: Pick<BrowserGuard, 'checkCall'>;
  /** Answers whatever is no path of these routes: an Express app, as a rule. */
  readonly otherwise: RequestListener;
  /** Counts and cuts what callers leave unread. Default: whatever they leave is kept. */
  readonly unread?: UnreadAnswers;
  /** Records a span for each request of a route that is `traced`. */
  readonly tracer?: Tracer | undefined;
}

/**
 * Routes on Node's own http server, for calls that come by the thousand: Express's prototypes, router and passes cost
 * several times what such a call does. Ids, traces, metrics, access log and errors are those of every other app.
 */
export function serveRoutes(options: ServeRoutesOptions): RequestListener {
  const { routes, logger, metrics, guard, otherwise, unread, tracer } = options;
  const sampling = samplingOf(tracer);
  const table = createRouteTable(routes);

  return (req, res) => {
    const { path, query } = requestTarget(req.url ?? '/');
    const method = req.method ?? 'GET';
    const match = table.match(method, path);
    if (match.kind === 'unknown') {
      if (unread !== undefined) res.once('prefinish', () => watchUnread(res, unread));
      return otherwise(req, res);
    }

    const context = beginRequest(req, res, { logger, sampling });
    const route = match.kind === 'found' ? match.route.path : 'unmatched';
    observeRequest({ method, path, route: () => route }, res, { metrics, logger, context });
    if (tracer !== undefined && match.kind === 'found' && match.route.traced === true)
      context.span = startServerSpan(tracer, { req, res, path, trace: context.trace, route: () => route });
    runInContext(context, () => void serve(match, { req, res, path, query, context, guard, unread, logger }));
  };
}

interface ServedRequest extends FailedRequest, Pick<ServeRoutesOptions, 'guard' | 'logger'> {
  readonly query: string;
  readonly unread: UnreadAnswers | undefined;
}

/** Never rejects. */
async function serve(match: Exclude<RouteMatch, { kind: 'unknown' }>, request: ServedRequest): Promise<void> {
  const { req, res, query, guard, unread, logger } = request;
  try {
    guard.checkCall(req);
    if (match.kind === 'other_method') throw methodNotAllowed(req.method ?? '', match.allow);
    const reply = await match.route.answer({
      req,
      res,
      params: decodeParams(match.params),
      query: query === '' ? NO_QUERY : parse(query),
    });
    const sent = reply && sendReply(res, reply, unread);
    if (sent !== undefined) await sent;
  } catch (error) {
    try {
      answerError(error, request, logger);
    } catch {
      // An answer that cannot even be put into words is cut off, and ends no process.
      res.destroy();
    }
  }
}

const NO_QUERY = Object.freeze({});

/** A request's target (RFC 9112 §3.2) in its two parts. */
interface RequestTarget {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** Of the absolute form (`GET http://host/path`) what comes behind the host. */
function requestTarget(target: string): RequestTarget {
  const local = target.startsWith('/')
    ? target
    : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '') || '/';
  const at = local.indexOf('?');
  return at === -1 ? { path: local, query: '' } : { path: local.slice(0, at), query: local.slice(at + 1) };
}

/**
 * A path's parameters, decoded.
 *
 * @throws AppError 400 `BAD_REQUEST`: one of them cannot be
 */
function decodeParams(raw: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.values(raw).every((value) => !value.includes('%'))) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decode(value)]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AppError({
      code: 'BAD_REQUEST',
      status: 400,
      message: `"${text}" in the path cannot be decoded.`,
      cause,
    });
  }
}
