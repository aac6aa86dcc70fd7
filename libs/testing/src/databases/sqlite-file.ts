import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestDatabase } from './test-database';

/** A path in a folder that is not there yet, as on a machine where a service runs for the first time. */
export async function createSqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-sqlite-'));
  const url = `file:${join(folder, 'new', 'rows.db')}`;
  return {
    url,
    settings: { DATABASE_URL: url },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}
