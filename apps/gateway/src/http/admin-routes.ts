import type { Express } from 'express';
import Joi from 'joi';
import { validate } from '@rollcall/service-kit';
import type { Operations } from '../operations/operations';
import type { RoutesStatus } from '../routes-file/routes-status';
import type { PathQuery } from '../use-cases/explain-path';
import { adminTokenPass } from './admin-token-pass';

export interface AdminRoutesOptions {
  readonly operations: Operations;
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
  const { operations, settings, routesStatus, token } = options;
  app.use(['/routes', '/upstreams', '/explain', '/config'], adminTokenPass(token));

  app.get('/routes', async (_req, res) => {
    res.json(await operations.routes());
  });
  app.get('/upstreams', async (_req, res) => {
    res.json({ upstreams: await operations.upstreams() });
  });
  app.get('/explain', async (req, res) => {
    res.json(await operations.explain(validate(pathQuerySchema, { ...req.query }, 'query')));
  });
  app.get('/config', (_req, res) => {
    res.json({ ...settings(), routes_file: routesStatus() ?? null });
  });
}
