import type { Express } from 'express';
import Joi from 'joi';
import { validate } from '@rollcall/service-kit';
import { explainPath, type ExplainDeps, type PathQuery } from '../use-cases/explain-path';
import type { RoutesStatus } from '../routes-file/routes-status';
import { describeRefusal, describeRoute, describeUpstream } from './admin-views';
import { adminTokenPass } from './admin-token-pass';

export interface AdminRoutesOptions extends ExplainDeps {
  /** Asked for when set. */
  readonly token?: string;
  /** The effective settings, secrets masked. */
  readonly settings: () => Record<string, unknown>;
  /** `undefined` where there is no routes file. */
  readonly routesStatus: () => RoutesStatus | undefined;
}

const pathQuerySchema = Joi.object<PathQuery>({
  path: Joi.string()
    .pattern(/^\/[^\s?#]*$/, 'absolute path')
    .max(4096)
    .required(),
  method: Joi.string()
    .uppercase()
    .pattern(/^[A-Z-]{1,20}$/, 'method')
    .default('GET'),
  host: Joi.string().lowercase().max(255).default(''),
});

/** What operators ask a gateway. Probes and metrics are open; these are not where strangers can reach them. */
export function mountAdminRoutes(app: Express, options: AdminRoutesOptions): void {
  const { routes, fleet, settings, routesStatus, token, now } = options;
  app.use(['/routes', '/upstreams', '/explain', '/config'], adminTokenPass(token));

  app.get('/routes', (_req, res) => {
    res.json({
      routes: routes.table.routes.map((route) => describeRoute(route, now())),
      refused: routes.refused.map(describeRefusal),
    });
  });
  app.get('/upstreams', (_req, res) => {
    const upstreams = fleet.services().flatMap((service) => fleet.of(service));
    res.json({ upstreams: upstreams.map((upstream) => describeUpstream(upstream, now())) });
  });
  app.get('/explain', (req, res) => {
    res.json(explainPath(options, validate(pathQuerySchema, { ...req.query }, 'query')));
  });
  app.get('/config', (_req, res) => {
    res.json({ ...settings(), routes_file: routesStatus() ?? null });
  });
}
