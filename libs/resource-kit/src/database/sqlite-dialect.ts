import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
} from 'kysely';

/**
 * Kysely's SQLite dialect, with transactions that exclude other processes from their first moment.
 *
 * `BEGIN` alone takes no lock: two processes that read and then write in one transaction meet at the write, and
 * SQLite fails one of them without waiting (SQLITE_BUSY_SNAPSHOT). `BEGIN IMMEDIATE` waits at the start instead.
 */
export function sqliteDialect(open: () => SqliteDatabase): Dialect {
  return {
    createDriver: () => new ImmediateDriver({ database: () => Promise.resolve().then(open) }),
    createAdapter: () => new TransactionalAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class TransactionalAdapter extends SqliteAdapter {
  /**
   * Kysely's migration lock does nothing on SQLite. With this its migrator reads what has been done and does the
   * rest within one transaction, which is immediate here and therefore is the lock.
   */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
