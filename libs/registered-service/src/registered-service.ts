import {
  AppError,
  createHealth,
  createHttpApp,
  createHttpServer,
  createMetrics,
  createServerTls,
  measureDiscovery,
  type Logger,
  type Metrics,
  type ProcessSettings,
  type RegistrationSettings,
  type TlsSettings,
  type Tracer,
  type TracingSettings,
} from '@rollcall/service-kit';
import type { AnnouncedRoute } from '@rollcall/contracts';
import type { LoadSource, Resolver } from '@rollcall/registry-client';
import type { Express, RequestHandler } from 'express';
import { createAnnouncement } from './announcement';
import { inOrder, type Resource } from './resource';

export interface RegisteredServiceOptions {
  readonly settings: Omit<ProcessSettings, keyof TracingSettings> & RegistrationSettings & TlsSettings;
  readonly logger: Logger;
  /** Records a span for each request; default: none are recorded. */
  readonly tracer?: Tracer | undefined;
  /** A fresh UUID of this process, where its resolver is given it too. */
  readonly instanceId?: string | undefined;
  /** Where its requests are counted; default: metrics of its own. */
  readonly metrics?: Metrics;
  /** What the gateway is asked to route here. */
  readonly routes: readonly AnnouncedRoute[];
  /** Adds the service's own paths to its Express app. */
  readonly mount: (app: Express) => void;
  /** What has to be there before the first request, in this order. */
  readonly resources?: readonly Resource[];
  /** Where its service clients count their calls: reported to the registries, which `GET /traffic` shows. */
  readonly load?: LoadSource;
  /** Follows other services: started after the resources, stopped before them, and the age of its news is a metric. */
  readonly resolver?: Resolver;
}

export interface RegisteredService {
  /**
   * Resolves with the port once requests are served; being registered is not waited for. Stopped before that, it
   * resolves too, with nothing registered.
   */
  start(): Promise<{ port: number }>;
  /** Idempotent, and possible at any moment of a start. */
  stop(): Promise<void>;
}

/**
 * A service that announces itself. It listens, starts its resources, and registers; it ends in the reverse: off the
 * list while it still serves, idle, closed. Each order prevents a failed request: nobody is sent to where nothing can
 * be had yet, or no longer. It listens first because a resource may keep it waiting, and whoever asks for its health
 * meanwhile is to hear that it lives, and why it is not ready.
 */
export function createRegisteredService(options: RegisteredServiceOptions): RegisteredService {
  const { settings, logger, tracer, instanceId, routes, mount, load, resolver, resources = [] } = options;
  const announcement = createAnnouncement({ settings, logger, instanceId, routes, load });
  const held = inOrder(resolver === undefined ? resources : [...resources, discoveryOf(resolver)]);
  const health = createHealth();
  for (const { name, check } of resources) if (check) health.addCheck(name, check);
  const { metrics = createMetrics({ service: settings.SERVICE_NAME, tracer }) } = options;
  const tls = createServerTls(settings, { logger, metrics });
  if (resolver !== undefined) measureDiscovery(metrics.registry, resolver);
  const server = createHttpServer({
    handler: createHttpApp({
      logger,
      metrics,
      health,
      tracer,
      identity: () => announcement.identity(),
      mount(app) {
        app.use(refuseUntilStarted(() => hasStarted));
        mount(app);
      },
    }),
    host: settings.HOST,
    port: settings.PORT,
    tls,
    maxConnections: settings.MAX_CONNECTIONS,
  });
  const stop = new AbortController();
  let hasStarted = false;
  let starting: Promise<{ port: number }> | undefined;
  let stopping: Promise<void> | undefined;

  async function begin(): Promise<{ port: number }> {
    const { port } = await server.start();
    logger.info(`listening on ${tls ? 'https' : 'http'}://${settings.HOST}:${port}`, {
      event: 'listening',
      port,
    });
    try {
      await held.start(stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return { port };
      throw error;
    }
    hasStarted = true;
    health.started();
    // Whoever was told to stop meanwhile must not be sent traffic any more.
    if (!stop.signal.aborted) await announcement.start(port);
    return { port };
  }

  async function end(): Promise<void> {
    health.draining();
    stop.abort();
    // A start that is under way would otherwise open behind this what is closed here.
    await starting?.catch(() => undefined);
    server.drain();
    await announcement.stop(() => server.whenIdle());
    await server.stop();
    await held.stop();
  }

  return {
    start: () => (starting ??= begin()),
    stop: () => (stopping ??= end()),
  };
}

function discoveryOf(resolver: Resolver): Resource {
  return { name: 'discovery', start: () => resolver.start(), stop: () => resolver.stop() };
}

const RETRY_AFTER_SECONDS = 1;

/** Keeps requests from a service that does not have yet what it serves them with. */
function refuseUntilStarted(hasStarted: () => boolean): RequestHandler {
  return (_req, _res, next) => {
    if (!hasStarted()) throw serviceStarting();
    next();
  };
}

function serviceStarting(): AppError {
  return new AppError({
    code: 'SERVICE_STARTING',
    status: 503,
    message: 'This instance is still starting; try again in a moment.',
    expose: true,
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  });
}
