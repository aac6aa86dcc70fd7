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
  return route !== null && typeof route === 'object' && 'path' in route && typeof route.path === 'string'
    ? req.baseUrl + route.path
    : 'unmatched';
}
