import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { BrowserGuard } from '../access/browser-guard';
import { beginRequest } from '../context/begin-request';
import { currentContext, runInContext } from '../context/request-context';
import type { Sampling } from '../context/trace-context';
import type { Health } from '../health/health';
import { healthRoutes } from '../health/health-routes';
import type { Logger } from '../logging/logger';
import type { Metrics } from '../metrics/metrics';
import { metricsRoutes } from '../metrics/metrics-routes';
import { answerError } from './answer-error';
import { observeRequest, type Observers } from './observe-request';
import { samplingOf, startServerSpan } from '../tracing/server-span';
import type { Tracer } from '../tracing/tracer';
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
  /** Records a span for each request but those for health and metrics. */
  readonly tracer?: Tracer | undefined;
}

/** The Express app that every service is: reading the passes in order is reading what happens to a request. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { logger, metrics, health, guard, mount, identity = () => undefined, tracer } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');

  app.use(requestContextPass({ logger, sampling: samplingOf(tracer) }));
  app.use(observePass({ metrics, logger }));
  app.use(healthRoutes(health, identity));
  app.use((req, _res, next) => {
    guard?.checkHost(req);
    next();
  });
  app.use(metricsRoutes(metrics));
  if (tracer !== undefined) app.use(serverSpanPass(tracer));
  mount(app);
  app.use(...unroutedPasses(app));
  app.use(errorPass(logger));
  return app;
}

/** Everything that a request leads to knows the request. */
function requestContextPass(options: {
  readonly logger: Logger;
  readonly sampling: Sampling | undefined;
}): RequestHandler {
  return (req, res, next) => runInContext(beginRequest(req, res, options), () => next());
}

/** Access log and request metrics of an Express app. */
function observePass(observers: Pick<Observers, 'metrics' | 'logger'>): RequestHandler {
  return (req, res, next) => {
    const { method, path } = req;
    observeRequest({ method, path, route: () => routeTemplate(req) }, res, {
      ...observers,
      context: currentContext(),
    });
    next();
  };
}

/** A span for each request that comes this far. */
function serverSpanPass(tracer: Tracer): RequestHandler {
  return (req, res, next) => {
    const context = currentContext();
    if (context !== undefined) {
      const { path } = req;
      const route = (): string => routeTemplate(req);
      context.span = startServerSpan(tracer, { req, res, path, trace: context.trace, route });
    }
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

/** The last pass of an Express app. */
function errorPass(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown, req, res, _next) =>
    answerError(thrown, { req, res, path: req.path, context: currentContext() }, logger);
}
