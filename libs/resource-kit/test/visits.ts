import type { Kysely } from 'kysely';
import type { Migrations } from '../src/database/migrate';

export interface VisitsTables {
  readonly visits: { readonly place: string; readonly count: number };
}

/** Fails when it is run a second time, and makes the row that every visitor counts up. */
export const visitsMigrations: Migrations = {
  '0001_visits': {
    async up(db: Kysely<VisitsTables>) {
      await db.schema
        .createTable('visits')
        .addColumn('place', 'text', (column) => column.primaryKey())
        .addColumn('count', 'integer', (column) => column.notNull())
        .execute();
      await db.insertInto('visits').values({ place: 'here', count: 0 }).execute();
    },
  },
};
