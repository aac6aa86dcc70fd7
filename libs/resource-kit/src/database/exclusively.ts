import type { Kysely, Transaction } from 'kysely';
import { withoutTimeLimit } from './time-limit';

/** Kysely's own lock of migrations. Its PostgreSQL adapter knows one lock and does not look at these names. */
const LOCK = { lockTable: 'kysely_migration_lock', lockRowId: 'migration_lock' };

/**
 * Does work in a transaction while no other process of this database does such work, or migrates. On PostgreSQL it
 * is kept out by an advisory lock, which ends with the connection; on SQLite by the transaction, an immediate one.
 */
export function exclusively<Tables, T>(
  db: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return withoutTimeLimit(() =>
    db.connection().execute(async (connection) => {
      const { adapter } = connection.getExecutor();
      await adapter.acquireMigrationLock(connection, LOCK);
      try {
        return await connection.transaction().execute(work);
      } finally {
        await adapter.releaseMigrationLock(connection, LOCK);
      }
    }),
  );
}
