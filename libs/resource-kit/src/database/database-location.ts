import { join } from 'node:path';
import type { DatabaseSettings } from './database-settings';
import { isPostgresUrl } from './postgres-url';
import { sqlitePath } from './sqlite-url';

/** Where rows are kept. A kind of database is a member of this union and a case in `createDatabase`. */
export type DatabaseLocation =
  | { readonly kind: 'sqlite-file'; readonly path: string }
  | { readonly kind: 'sqlite-memory' }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly maxConnections: number;
      readonly minConnections?: number;
      /** Longest wait for a connection, milliseconds. */
      readonly poolTimeoutMs?: number;
    };

/** `DATABASE_URL` where it is set, else `<DATA_DIR>/<app>/<app>.db`, which every instance of the app shares. */
export function databaseLocation(settings: DatabaseSettings, app: string): DatabaseLocation {
  const { DATABASE_URL, DATABASE_POOL_SIZE, DATABASE_POOL_MIN, DATABASE_POOL_TIMEOUT_MS, DATA_DIR } =
    settings;
  if (DATABASE_URL !== undefined && isPostgresUrl(DATABASE_URL))
    return {
      kind: 'postgres',
      url: DATABASE_URL,
      maxConnections: DATABASE_POOL_SIZE,
      minConnections: DATABASE_POOL_MIN,
      poolTimeoutMs: DATABASE_POOL_TIMEOUT_MS,
    };
  const path = DATABASE_URL === undefined ? undefined : sqlitePath(DATABASE_URL);
  if (path !== undefined) return { kind: 'sqlite-file', path };
  if (DATA_DIR === 'off') return { kind: 'sqlite-memory' };
  return { kind: 'sqlite-file', path: join(DATA_DIR, app, `${app}.db`) };
}
