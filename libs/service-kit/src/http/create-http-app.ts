import express, { type Express } from 'express';
import type { BrowserGuard } from '../access/browser-guard';
import type { Health } from '../health/health';
import { healthRoutes } from '../health/health-routes';
import type { Logger } from '../logging/logger';
import type { Metrics } from '../metrics/metrics';
import { metricsRoutes } from '../metrics/metrics-routes';
import { errorPass } from './error-pass';
import { observePass } from './observe-pass';
import { requestContextPass } from './request-context-pass';
import { unroutedPasses } from './unrouted-passes';

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Adds the app's own routes. */
  readonly mount: (app: Express) => void;
  /** Where browsers could be made to come by a rebound name. Health paths are open to everybody. */
  readonly guard?: Pick<BrowserGuard, 'checkHost'>;
  /** `<instance_id>/<epoch>` while registered; health paths answer with it. */
  readonly identity?: () => string | undefined;
}

/** The Express app that every service is: reading the passes in order is reading what happens to a request. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { logger, metrics, health, guard, mount, identity = () => undefined } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');

  app.use(requestContextPass(logger));
  app.use(observePass({ metrics, logger }));
  app.use(healthRoutes(health, identity));
  app.use((req, _res, next) => {
    guard?.checkHost(req);
    next();
  });
  app.use(metricsRoutes(metrics));
  mount(app);
  app.use(...unroutedPasses(app));
  app.use(errorPass(logger));
  return app;
}
