import { addOnce, findRepeat, isStorable, pageOf, type ItemTable } from '@rollcall/resource-kit';
import type { Kysely } from 'kysely';
import type { Order } from '../domain/order';
import type { OrderRepository } from '../ports/order-repository';
import { fromRows, toRows } from './order-rows';
import type { OrderRow, OrderTables } from './order-tables';

/** Orders in any database that the query layer speaks. */
export function createSqlOrderRepository(db: Kysely<OrderTables>): OrderRepository {
  return {
    async list(request) {
      const { after, limit } = request;
      let query = db
        .selectFrom('orders')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (after !== undefined)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('created_at', 'id'), '<', tuple(after.createdAt, after.id)),
        );
      return pageOf(await withItems(db, await query.execute()), request);
    },

    find: (id) => orderTable(db).find(id),

    add: (order, request) =>
      db.transaction().execute((transaction) => addOnce(orderTable(transaction), order, request)),

    findRepeat: (request, now) => findRepeat(orderTable(db), request, now),
  };
}

function orderTable(db: Kysely<OrderTables>): ItemTable<Order> {
  return {
    db,
    async find(id) {
      if (!isStorable(id)) return undefined;
      const rows = await db.selectFrom('orders').selectAll().where('id', '=', id).execute();
      const [order] = await withItems(db, rows);
      return order;
    },
    async insert(order) {
      const rows = toRows(order);
      await db.insertInto('orders').values(rows.order).execute();
      await db.insertInto('order_items').values(rows.items).execute();
    },
  };
}

/** One query for the items of all: orders never change, so that what is read a moment later belongs to them. */
async function withItems(db: Kysely<OrderTables>, orders: readonly OrderRow[]): Promise<Order[]> {
  if (orders.length === 0) return [];
  const ids = orders.map(({ id }) => id);
  const items = await db
    .selectFrom('order_items')
    .selectAll()
    .where('order_id', 'in', ids)
    .orderBy('order_id')
    .orderBy('position')
    .execute();
  return fromRows(orders, items);
}
