import { join } from 'node:path';
import type { DatabaseSettings } from './database-settings';

/** Where rows are kept. A kind of database is a member of this union and a case in `createDatabase`. */
export type DatabaseLocation =
  | { readonly kind: 'sqlite-file'; readonly path: string }
  | { readonly kind: 'sqlite-memory' };

/** `DATABASE_URL` where it is set, else `<DATA_DIR>/<app>/<app>.db`, which every instance of the app shares. */
export function databaseLocation(settings: DatabaseSettings, app: string): DatabaseLocation {
  const { DATABASE_URL, DATA_DIR } = settings;
  if (DATABASE_URL !== undefined) return { kind: 'sqlite-file', path: filePath(DATABASE_URL) };
  if (DATA_DIR === 'off') return { kind: 'sqlite-memory' };
  return { kind: 'sqlite-file', path: join(DATA_DIR, app, `${app}.db`) };
}

/** `file:relative.db`, `file:/absolute.db` and `file:///absolute.db`, as SQLite and everybody else write them. */
function filePath(url: string): string {
  const path = url.slice('file:'.length);
  return path.startsWith('//') ? decodeURIComponent(new URL(url).pathname) : path;
}
