import { createPostgresDatabase } from './postgres-database';
import { createSqliteFile } from './sqlite-file';
import type { TestDatabase } from './test-database';

/** Every kind of database that several processes may share, for `describe.each`. */
export const databaseKinds: readonly { kind: string; create: () => Promise<TestDatabase> }[] = [
  { kind: 'an SQLite file', create: createSqliteFile },
  { kind: 'PostgreSQL', create: createPostgresDatabase },
];
