import { keyUsesMigration, type Migrations } from '@rollcall/resource-kit';
import type { Kysely } from 'kysely';

export const orderMigrations: Migrations = {
  '0001_orders': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('orders')
        .addColumn('id', 'varchar(36)', (column) => column.primaryKey().notNull())
        .addColumn('status', 'varchar(16)', (column) => column.notNull())
        .addColumn('currency', 'varchar(3)', (column) => column.notNull())
        .addColumn('total_cents', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('orders_by_age').on('orders').columns(['created_at', 'id']).execute();
      await db.schema
        .createTable('order_items')
        .addColumn('order_id', 'varchar(36)', (column) => column.notNull().references('orders.id'))
        .addColumn('position', 'integer', (column) => column.notNull())
        .addColumn('product_id', 'varchar(36)', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('quantity', 'integer', (column) => column.notNull())
        .addColumn('unit_price_cents', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('order_items_key', ['order_id', 'position'])
        .execute();
    },
  },
  '0002_idempotency_keys': keyUsesMigration,
};
