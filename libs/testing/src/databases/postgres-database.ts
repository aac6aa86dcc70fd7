import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { TestDatabase } from './test-database';

/** On the server of the whole run; dropping it ends the connections that it still has. */
export async function createPostgresDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server)
    throw new Error('No PostgreSQL was started: jest.config.js lacks @rollcall/testing/jest-postgres.');
  const name = `rollcall_${randomBytes(6).toString('hex')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    settings: { DATABASE_URL: url.href, DATABASE_POOL_TIMEOUT_MS: '60000' },
    drop: () => execute(server, `drop database ${name} with (force)`),
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
