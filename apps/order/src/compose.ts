import { randomUUID } from 'node:crypto';
import {
  createRegisteredService,
  logResolverEvents,
  logServiceClientEvents,
  type RegisteredService,
} from '@rollcall/registered-service';
import { createLoadMeter, createResolver, createServiceClient } from '@rollcall/registry-client';
import {
  createDatabase,
  databaseLocation,
  databaseResource,
  logDatabaseEvents,
} from '@rollcall/resource-kit';
import {
  activeTracer,
  createMetrics,
  measureCalls,
  openApiRoutes,
  outgoingContextHeaders,
  registryOptions,
  type ServiceKit,
} from '@rollcall/service-kit';
import { createHttpProductCatalogue } from './adapters/http-product-catalogue';
import { orderMigrations } from './adapters/order-migrations';
import type { OrderTables } from './adapters/order-tables';
import { createSqlOrderRepository } from './adapters/sql-order-repository';
import type { OrderConfig } from './config';
import { orderApi } from './http/openapi';
import { mountOrders } from './http/order-routes';

export function composeOrder(config: OrderConfig, { logger, tracer }: ServiceKit): RegisteredService {
  const { UPSTREAM_CA_FILE, UPSTREAM_CERT_FILE, UPSTREAM_KEY_FILE, PRODUCT_TIMEOUT_MS } = config;
  const instanceId = randomUUID();
  const metrics = createMetrics({ service: config.SERVICE_NAME, tracer });
  const load = createLoadMeter();
  const resolver = createResolver({
    as: instanceId,
    ...registryOptions(config),
    services: ['product'],
    onEvent: logResolverEvents(logger),
  });
  const catalogue = createHttpProductCatalogue(
    createServiceClient({
      resolver,
      serviceName: 'product',
      load,
      ...(UPSTREAM_CA_FILE === undefined ? {} : { caFile: UPSTREAM_CA_FILE }),
      ...(UPSTREAM_CERT_FILE === undefined ? {} : { certFile: UPSTREAM_CERT_FILE }),
      ...(UPSTREAM_KEY_FILE === undefined ? {} : { keyFile: UPSTREAM_KEY_FILE }),
      onEvent: logServiceClientEvents(logger),
      forbidLoopback: config.NODE_ENV === 'production',
      allowedCidrs: config.ALLOWED_CIDRS.cidrs,
      timeoutMs: PRODUCT_TIMEOUT_MS,
      headers: outgoingContextHeaders,
      ...(tracer === undefined ? {} : { tracer: activeTracer(tracer) }),
      onAttempt: measureCalls(metrics.registry),
      // An order asks for up to 50 products at once; the queue holds twenty such orders, each for its deadline.
      bulkhead: { concurrency: 50, queue: 1000 },
      // A product is a few hundred bytes; fifty answers at once must not add up to the memory of this process.
      maxResponseBytes: 64 * 1024,
    }),
  );
  const onEvent = logDatabaseEvents(logger);
  const db = createDatabase<OrderTables>(databaseLocation(config, 'order'), { onEvent, tracer });
  const orders = createSqlOrderRepository(db);
  const database = databaseResource({
    db,
    migrations: orderMigrations,
    onEvent,
  });

  return createRegisteredService({
    settings: config,
    logger,
    tracer,
    instanceId,
    metrics,
    routes: [{ path_prefix: '/orders' }],
    mount(app) {
      app.use(openApiRoutes(orderApi));
      mountOrders(app, { orders, catalogue, now: Date.now, newId: randomUUID });
    },
    resources: [database],
    load,
    resolver,
  });
}
