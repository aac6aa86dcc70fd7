import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { closedPort } from '../closed-port';
import { eventually } from '../eventually';
import { startGuarded, type GuardedProcess } from '../guarded-process';
import { postgresAccount, type Account } from './postgres-account';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries';

const USER = 'postgres';
const PASSWORD = 'of-the-specs';

/** A real PostgreSQL of 127.0.0.1, with its rows in a folder of its own. */
export interface PostgresServer {
  /** Of its first database, as the one user there is. */
  readonly url: string;
  /** Resolves once it takes connections; after a stop it has the same address and the same rows again. */
  start(): Promise<void>;
  /** Ends every connection at once, as an administrator's restart does. */
  stop(): Promise<void>;
  /** Stops it and takes its rows away. */
  discard(): Promise<void>;
}

export async function createPostgresServer(): Promise<PostgresServer> {
  const account = postgresAccount();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid);
  const binaries = await postgresBinaries(account, folder);
  const data = join(folder, 'data');
  await initialise(binaries, { account, folder, data });
  const port = await closedPort();
  const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  let running: GuardedProcess | undefined;

  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }

  return {
    url,
    async start() {
      const command = [binaries.postgres, '-D', data, '-p', String(port), ...SETTINGS];
      const server = startGuarded(command, { account, cwd: folder });
      running = server;
      await eventually(() => server.hasExited() || answers(url), { timeoutMs: 30_000, everyMs: 20 });
      if (server.hasExited()) throw new Error(`PostgreSQL did not start:\n${server.output()}`);
    },
    stop,
    async discard() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Nothing here has to survive a power cut, and only the specs connect. */
const SETTINGS = Object.entries({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '32MB',
  max_connections: '200',
  autovacuum: 'off',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

async function initialise(
  { initdb }: PostgresBinaries,
  { account, folder, data }: { account: Account; folder: string; data: string },
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  const options = [
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Sorts as the official image does, and not by bytes: an order that holds here holds there.
    '--locale-provider=icu',
    '--icu-locale=en-US',
    '--no-sync',
    '--no-instructions',
  ];
  await promisify(execFile)(initdb, options, { ...account, cwd: folder });
}

async function answers(url: string): Promise<true> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.end();
  return true;
}
