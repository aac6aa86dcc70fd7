import { createDatabase, databaseLocation, migrate } from '@rollcall/resource-kit';
import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import type { Kysely } from 'kysely';
import { productRepositoryContract } from '../../test/product-repository-contract';
import { productConfig } from '../config';
import { productMigrations } from './product-migrations';
import type { ProductTables } from './product-tables';
import { createSqlProductRepository } from './sql-product-repository';

let db: Kysely<ProductTables>;

async function open(settings: NodeJS.ProcessEnv) {
  db = createDatabase<ProductTables>(databaseLocation(productConfig.read(settings), 'product'));
  await migrate(db, productMigrations);
  return createSqlProductRepository(db);
}

describe.each(databaseKinds)('products in $kind', ({ create }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await create();
  });

  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  productRepositoryContract(() => open(database.settings));
});

describe('products in memory', () => {
  afterEach(() => db.destroy());

  productRepositoryContract(() => open({ DATA_DIR: 'off' }));
});
