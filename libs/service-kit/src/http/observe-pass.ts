import type { Request, RequestHandler } from 'express';
import { currentContext } from '../context/request-context';
import type { Metrics } from '../metrics/metrics';

/** Asked by machines every few seconds: their lines would bury everybody else's. */
const MACHINE_PATHS = new Set(['/livez', '/readyz', '/startupz', '/health', '/metrics', '/heartbeat']);

/** Access log and request metrics, written when the answer has gone out or the caller has. */
export function observePass(metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    const startedAt = process.hrtime.bigint();
    const logger = currentContext()?.logger;
    const { path } = req;
    res.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      // 499: the caller went away before the answer was whole (nginx's number; it is never sent).
      const status = res.writableFinished ? res.statusCode : 499;
      const route = routeTemplate(req);
      metrics.observeRequest({ method: req.method, route, status, seconds });
      logger?.log(MACHINE_PATHS.has(path) ? 'debug' : 'info', `${req.method} ${path} ${status}`, {
        event: 'http_request',
        method: req.method,
        path,
        route,
        status,
        duration_ms: Math.round(seconds * 1e6) / 1e3,
      });
    });
    next();
  };
}

/** `/products/:id`; requests that no route took share one name. */
function routeTemplate(req: Request): string {
  const route: unknown = req.route;
  return route !== null && typeof route === 'object' && 'path' in route && typeof route.path === 'string'
    ? req.baseUrl + route.path
    : 'unmatched';
}
