import { createDatabase, databaseLocation, migrate } from '@rollcall/resource-kit';
import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import type { Kysely } from 'kysely';
import { orderRepositoryContract } from '../../test/order-repository-contract';
import { orderConfig } from '../config';
import { orderMigrations } from './order-migrations';
import type { OrderTables } from './order-tables';
import { createSqlOrderRepository } from './sql-order-repository';

let db: Kysely<OrderTables>;

async function open(settings: NodeJS.ProcessEnv) {
  db = createDatabase<OrderTables>(databaseLocation(orderConfig.read(settings), 'order'));
  await migrate(db, orderMigrations);
  return createSqlOrderRepository(db);
}

describe.each(databaseKinds)('orders in $kind', ({ create }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await create();
  });

  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  orderRepositoryContract(() => open(database.settings));

  it('stores nothing of an order whose items cannot be stored', async () => {
    const orders = await open(database.settings);
    await db.schema.dropTable('order_items').execute();
    const item = { productId: 'cup', name: 'Cup', quantity: 1, unitPriceCents: 890 };

    await expect(
      orders.add(
        { id: 'o', status: 'placed', currency: 'EUR', totalCents: 890, items: [item], createdAt: 1 },
        { key: 'key', fingerprint: 'f' },
      ),
    ).rejects.toThrow('order_items');

    expect(await db.selectFrom('orders').selectAll().execute()).toEqual([]);
    expect(await orders.findRepeat({ key: 'key', fingerprint: 'f' }, 1)).toBeUndefined();
  });
});

describe('orders in memory', () => {
  afterEach(() => db.destroy());

  orderRepositoryContract(() => open({ DATA_DIR: 'off' }));
});
