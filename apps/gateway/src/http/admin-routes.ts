import { pathQuerySchema } from '@rollcall/contracts';
import type { Express, Request, RequestHandler } from 'express';
import {
  AppError,
  bearerToken,
  consoleRoutes,
  jsonBody,
  openApiRoutes,
  sameDigest,
  secretDigest,
  validate,
  type BrowserGuard,
  type ConsoleOptions,
} from '@rollcall/service-kit';
import type { Operations } from '../operations/operations';
import type { Actor, OperatorOrders } from '../operations/operator-orders';
import type { SelfDescription } from '../operations/self-description';
import { ejectionSchema, restorationSchema, upstreamPathSchema } from './admin-inputs';
import { adminDocument } from './openapi/admin-document';

export interface AdminRoutesOptions {
  readonly operations: Pick<Operations, 'routes' | 'upstreams' | 'explain'>;
  readonly orders: OperatorOrders;
  /** Asked for when set. */
  readonly token?: string;
  readonly self: SelfDescription;
  readonly guard: Pick<BrowserGuard, 'checkCall'>;
  readonly console: ConsoleOptions;
}

/** What operators ask a gateway. Probes and metrics are open; these are not where strangers can reach them. */
export function mountAdminRoutes(app: Express, options: AdminRoutesOptions): void {
  const { operations, orders, self, token, guard } = options;
  const ejection = jsonBody(ejectionSchema);
  const restoration = jsonBody(restorationSchema);
  app.use(openApiRoutes(adminDocument));
  app.use(consoleRoutes(options.console));
  // Everything that is mounted below.
  app.use((req, _res, next) => {
    guard.checkCall(req);
    next();
  });
  app.use(['/state', '/routes', '/upstreams', '/explain', '/config'], adminTokenPass(token));

  app.get('/state', async (_req, res) => {
    res.json(await self.state());
  });
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
    res.json(self.config());
  });
  app.post('/upstreams/:id/eject', ejection.pass, async (req, res) => {
    const { by, ...asked } = ejection.of(req);
    res.json(await orders.eject(idOf(req), asked, actorOf(req, by)));
  });
  app.post('/upstreams/:id/restore', restoration.pass, async (req, res) => {
    const { by, ...asked } = restoration.of(req);
    res.json(await orders.restore(idOf(req), asked, actorOf(req, by)));
  });

  /** The token is one for all, so a name is only what somebody says; the address is what is known. */
  function actorOf(req: Request, by: string | undefined): Actor {
    return {
      actor: token === undefined ? 'anybody on this machine' : 'who has the admin token',
      by,
      peer: req.socket.remoteAddress,
    };
  }
}

function idOf(req: Request): string {
  return validate(upstreamPathSchema, { ...req.params }, 'path').id;
}

/** Lets through who brings the token; everybody when there is none. */
function adminTokenPass(token: string | undefined): RequestHandler {
  const expected = token === undefined ? undefined : secretDigest(token);
  return (req, _res, next) => {
    const sent = bearerToken(req.get('authorization')) ?? '';
    if (expected !== undefined && !sameDigest(expected, secretDigest(sent)))
      throw new AppError({
        code: 'UNAUTHORIZED',
        status: 401,
        message: 'Send ADMIN_TOKEN as Authorization: Bearer.',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    next();
  };
}
