export { databaseKinds } from './database-kinds';
export { createPostgresDatabase } from './postgres-database';
export { createPostgresServer, type PostgresServer } from './postgres-server';
export { createSqliteFile } from './sqlite-file';
export type { TestDatabase } from './test-database';
