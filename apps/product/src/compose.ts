import { randomUUID } from 'node:crypto';
import { createRegisteredService, type RegisteredService } from '@rollcall/registered-service';
import {
  createDatabase,
  databaseLocation,
  databaseResource,
  logDatabaseEvents,
} from '@rollcall/resource-kit';
import { openApiRoutes, type ServiceKit } from '@rollcall/service-kit';
import { productMigrations } from './adapters/product-migrations';
import type { ProductTables } from './adapters/product-tables';
import { createSqlProductRepository } from './adapters/sql-product-repository';
import type { ProductConfig } from './config';
import { sampleProducts } from './domain/sample-products';
import { productApi } from './http/openapi';
import { mountProducts } from './http/product-routes';

export function composeProduct(config: ProductConfig, { logger, tracer }: ServiceKit): RegisteredService {
  const onEvent = logDatabaseEvents(logger);
  const db = createDatabase<ProductTables>(databaseLocation(config, 'product'), { onEvent, tracer });
  const products = createSqlProductRepository(db);
  const database = databaseResource({
    db,
    migrations: productMigrations,
    fill: (db) => createSqlProductRepository(db).addMissing(config.SAMPLE_DATA ? sampleProducts : []),
    onEvent,
  });
  return createRegisteredService({
    settings: config,
    logger,
    tracer,
    routes: [{ path_prefix: '/products' }],
    mount(app) {
      app.use(openApiRoutes(productApi));
      mountProducts(app, { products, now: Date.now, newId: randomUUID });
    },
    resources: [database],
  });
}
