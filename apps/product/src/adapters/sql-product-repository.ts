import { addOnce, findRepeat, isStorable, pageOf, type ItemTable } from '@rollcall/resource-kit';
import type { Kysely } from 'kysely';
import type { Product } from '../domain/product';
import type { ProductRepository } from '../ports/product-repository';
import type { ProductRow, ProductTables } from './product-tables';

/** Products in any database that the query layer speaks. */
export function createSqlProductRepository(db: Kysely<ProductTables>): ProductRepository {
  return {
    async list(request) {
      const { after, limit } = request;
      let query = db
        .selectFrom('products')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (after !== undefined)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('created_at', 'id'), '<', tuple(after.createdAt, after.id)),
        );
      return pageOf((await query.execute()).map(fromRow), request);
    },

    find: (id) => productTable(db).find(id),

    add: (product, request) =>
      db.transaction().execute((transaction) => addOnce(productTable(transaction), product, request)),

    findRepeat: (request, now) => findRepeat(productTable(db), request, now),

    async addMissing(products) {
      if (products.length === 0) return;
      await db
        .insertInto('products')
        .values(products.map(toRow))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
  };
}

function productTable(db: Kysely<ProductTables>): ItemTable<Product> {
  return {
    db,
    async find(id) {
      if (!isStorable(id)) return undefined;
      const row = await db.selectFrom('products').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow(row);
    },
    async insert(product) {
      await db.insertInto('products').values(toRow(product)).execute();
    },
  };
}

function fromRow({ price_cents, created_at, ...same }: ProductRow): Product {
  return { ...same, priceCents: price_cents, createdAt: created_at };
}

function toRow({ priceCents, createdAt, ...same }: Product): ProductRow {
  return { ...same, price_cents: priceCents, created_at: createdAt };
}
