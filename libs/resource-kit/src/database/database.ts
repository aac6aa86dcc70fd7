import { Kysely, PostgresDialect, sql, type Dialect } from 'kysely';
import type { Tracer } from '@rollcall/service-kit';
import type { DatabaseEvent } from './database-event';
import type { DatabaseLocation } from './database-location';
import { openPostgresPool } from './postgres-pool';
import { querySpans } from './query-spans';
import { openSqliteFile, openSqliteMemory } from './sqlite-database';
import { sqliteDialect } from './sqlite-dialect';

export interface DatabaseOptions {
  readonly onEvent?: (event: DatabaseEvent) => void;
  /** Records a span for each query of a request; default: none are recorded. */
  readonly tracer?: Tracer | undefined;
}

/**
 * The query layer over a service's database. Opened by the first query, so that composing an app touches nothing;
 * `destroy()` closes it. A query that meets a database which is away throws AppError 503 `DATABASE_UNAVAILABLE`.
 */
export function createDatabase<Tables>(
  location: DatabaseLocation,
  { onEvent = () => undefined, tracer }: DatabaseOptions = {},
): Kysely<Tables> {
  const dialect = dialectOf(location, onEvent);
  return new Kysely<Tables>(
    tracer === undefined ? { dialect } : { dialect, log: querySpans(tracer, location) },
  );
}

function dialectOf(location: DatabaseLocation, onEvent: (event: DatabaseEvent) => void): Dialect {
  switch (location.kind) {
    case 'sqlite-file':
      return sqliteDialect(() => openSqliteFile(location.path));
    case 'sqlite-memory':
      return sqliteDialect(openSqliteMemory);
    case 'postgres': {
      const onConnectionLost = (error: Error): void => onEvent({ type: 'connection_lost', error });
      const { poolTimeoutMs } = location;
      const timeouts = poolTimeoutMs === undefined ? {} : { connectMs: poolTimeoutMs };
      return new PostgresDialect({
        pool: () => openPostgresPool({ ...location, timeouts, onConnectionLost }),
      });
    }
  }
}

/**
 * Asks for a row of the table that every migrated database has: `select 1` would not touch an SQLite file at all.
 *
 * @throws when the database does not answer
 */
export async function pingDatabase<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`select name from kysely_migration limit 1`.execute(db);
}
