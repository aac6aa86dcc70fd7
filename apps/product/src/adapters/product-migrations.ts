import { keyUsesMigration, type Migrations } from '@rollcall/resource-kit';
import type { Kysely } from 'kysely';

export const productMigrations: Migrations = {
  '0001_products': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('products')
        .addColumn('id', 'varchar(36)', (column) => column.primaryKey().notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('description', 'text', (column) => column.notNull())
        .addColumn('price_cents', 'bigint', (column) => column.notNull())
        .addColumn('currency', 'varchar(3)', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('products_by_age').on('products').columns(['created_at', 'id']).execute();
    },
  },
  '0002_idempotency_keys': keyUsesMigration,
};
