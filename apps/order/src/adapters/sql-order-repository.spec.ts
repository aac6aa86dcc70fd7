import { createDatabase, migrate, type DatabaseLocation } from '@rollcall/resource-kit';
import type { Kysely } from 'kysely';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orderRepositoryContract } from '../../test/order-repository-contract';
import { orderMigrations } from './order-migrations';
import type { OrderTables } from './order-tables';
import { createSqlOrderRepository } from './sql-order-repository';

let folder: string;
let db: Kysely<OrderTables>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-order-'));
});

afterEach(async () => {
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe.each<{ kind: string; location: () => DatabaseLocation }>([
  { kind: 'an SQLite file', location: () => ({ kind: 'sqlite-file', path: join(folder, 'order.db') }) },
  { kind: 'memory', location: () => ({ kind: 'sqlite-memory' }) },
])('orders in $kind', ({ location }) => {
  orderRepositoryContract(async () => {
    db = createDatabase<OrderTables>(location());
    await migrate(db, orderMigrations);
    return createSqlOrderRepository(db);
  });

  it('stores nothing of an order whose items cannot be stored', async () => {
    db = createDatabase<OrderTables>(location());
    await migrate(db, orderMigrations);
    await db.schema.dropTable('order_items').execute();
    const orders = createSqlOrderRepository(db);
    const item = { productId: 'cup', name: 'Cup', quantity: 1, unitPriceCents: 890 };

    await expect(
      orders.add(
        { id: 'o', status: 'placed', currency: 'EUR', totalCents: 890, items: [item], createdAt: 1 },
        { key: 'key', fingerprint: 'f' },
      ),
    ).rejects.toMatchObject({ code: 'SQLITE_ERROR' });

    expect(await db.selectFrom('orders').selectAll().execute()).toEqual([]);
    expect(await orders.findRepeat({ key: 'key', fingerprint: 'f' }, 1)).toBeUndefined();
  });
});
