import type { Request, RequestHandler } from 'express';
import { currentContext } from '../context/request-context';
import { observeRequest, type Observers } from './observe-request';

/** Access log and request metrics of an Express app. */
export function observePass(observers: Pick<Observers, 'metrics' | 'logger'>): RequestHandler {
  return (req, res, next) => {
    const { method, path } = req;
    observeRequest({ method, path, route: () => routeTemplate(req) }, res, {
      ...observers,
      context: currentContext(),
    });
    next();
  };
}

/** `/products/:id`; requests that no route took share one name. */
function routeTemplate(req: Request): string {
  const route: unknown = req.route;
  if (route === null || typeof route !== 'object' || !('path' in route)) return 'unmatched';
  // A route may be given several paths, texts or patterns: `app.get(['/', '/hello'], …)`.
  const templates = [route.path].flat().map(String);
  return req.baseUrl + (templates.find((template) => template === req.path) ?? templates.join(','));
}
