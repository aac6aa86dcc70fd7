import { createDatabase, migrate, type DatabaseLocation } from '@rollcall/resource-kit';
import type { Kysely } from 'kysely';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productRepositoryContract } from '../../test/product-repository-contract';
import { productMigrations } from './product-migrations';
import type { ProductTables } from './product-tables';
import { createSqlProductRepository } from './sql-product-repository';

let folder: string;
let db: Kysely<ProductTables>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-product-'));
});

afterEach(async () => {
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe.each<{ kind: string; location: () => DatabaseLocation }>([
  { kind: 'an SQLite file', location: () => ({ kind: 'sqlite-file', path: join(folder, 'product.db') }) },
  { kind: 'memory', location: () => ({ kind: 'sqlite-memory' }) },
])('products in $kind', ({ location }) => {
  productRepositoryContract(async () => {
    db = createDatabase<ProductTables>(location());
    await migrate(db, productMigrations);
    return createSqlProductRepository(db);
  });
});
