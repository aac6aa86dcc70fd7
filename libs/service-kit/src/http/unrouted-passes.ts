import type { Express, RequestHandler } from 'express';
import { AppError } from '../errors/app-error';
import { methodNotAllowed } from './method-not-allowed';

/**
 * The last passes of an app: 405 with `Allow` for a path that has routes for other methods (RFC 9110 §15.5.6),
 * else 404. They ask the app's own router, so that no list of methods has to be kept beside the routes.
 */
export function unroutedPasses(app: Express): RequestHandler[] {
  return [
    (req) => {
      const allowed = allowedMethods(app, req.path);
      if (allowed.length > 0) throw methodNotAllowed(req.method, allowed);
      throw new AppError({ code: 'NOT_FOUND', status: 404, message: `There is nothing at ${req.path}.` });
    },
  ];
}

/** The part of Express's router that is read here. */
interface RouterLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean | undefined>> };
  readonly handle: { readonly stack?: readonly RouterLayer[] };
  match(path: string): boolean;
}

function allowedMethods(app: Express, path: string): string[] {
  const methods = new Set<string>();
  const visit = (layers: readonly RouterLayer[]): void => {
    for (const layer of layers) {
      if (layer.route === undefined) visit(layer.handle.stack ?? []);
      else if (layer.match(path))
        for (const name of Object.keys(layer.route.methods)) methods.add(name.toUpperCase());
    }
  };
  visit(app.router.stack as unknown as readonly RouterLayer[]);
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}
