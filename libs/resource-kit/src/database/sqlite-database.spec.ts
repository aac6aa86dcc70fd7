import { readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Libsql from 'libsql';
import { sql, type Kysely } from 'kysely';
import { createDatabase, pingDatabase } from './database';
import { migrate } from './migrate';

interface Tables {
  readonly notes: { readonly id: string; readonly size: number };
}

const migrations = {
  '0001_notes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('notes')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('size', 'bigint')
        .execute();
    },
  },
};

describe('a database in an SQLite file', () => {
  let folder: string;
  let path: string;
  let db: Kysely<Tables>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-sqlite-'));
    path = join(folder, 'some', 'notes.db');
    db = createDatabase<Tables>({ kind: 'sqlite-file', path });
  });

  afterEach(async () => {
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  it('makes its folder, and writes ahead so that readers and a writer do not wait for each other', async () => {
    const { rows } = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(db);

    expect(rows).toEqual([{ journal_mode: 'wal' }]);
  });

  it('is read by nobody else, with what lies beside it and the folder that was made for it', async () => {
    await migrate(db, migrations);
    await db.insertInto('notes').values({ id: 'n', size: 1 }).execute();

    const modes = readdirSync(dirname(path)).map((file) => [
      file,
      statSync(join(dirname(path), file)).mode & 0o777,
    ]);

    expect(Object.fromEntries(modes)).toEqual({
      'notes.db': 0o600,
      'notes.db-shm': 0o600,
      'notes.db-wal': 0o600,
    });
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('leaves the mode of a file that was there as it is', async () => {
    await mkdir(dirname(path));
    await writeFile(path, '', { mode: 0o640 });

    await migrate(db, migrations);

    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('keeps every safe integer as it is', async () => {
    await migrate(db, migrations);
    const note = { id: 'n', size: Number.MAX_SAFE_INTEGER };

    await db.insertInto('notes').values(note).execute();

    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([note]);
  });

  it('answers 503 with Retry-After while another process holds the write lock, and recovers by itself', async () => {
    await migrate(db, migrations);
    const other = new Libsql(path);
    other.exec('begin immediate');

    await expect(db.insertInto('notes').values({ id: 'n', size: 1 }).execute()).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      status: 503,
      headers: { 'Retry-After': '1' },
    });
    await pingDatabase(db);

    other.exec('rollback');
    other.close();
    await db.insertInto('notes').values({ id: 'n', size: 1 }).execute();
  });

  it('leaves a wrong query what it is', async () => {
    await expect(sql`select * from nowhere`.execute(db)).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
  });

  it('says what to set when the path cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    const misplaced = createDatabase({ kind: 'sqlite-file', path: join(folder, 'file', 'notes.db') });

    await expect(pingDatabase(misplaced)).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('Set DATABASE_URL or DATA_DIR'),
    });
  });
});

describe('migrating', () => {
  it('does nothing the second time', async () => {
    const db = createDatabase<Tables>({ kind: 'sqlite-memory' });
    await migrate(db, migrations);
    await db.insertInto('notes').values({ id: 'n', size: 1 }).execute();

    await migrate(db, migrations);

    expect(await db.selectFrom('notes').selectAll().execute()).toHaveLength(1);
    await db.destroy();
  });

  it('leaves nothing behind of a migration that fails half way', async () => {
    const db = createDatabase<Tables>({ kind: 'sqlite-memory' });
    const failing = {
      ...migrations,
      '0002_wrong': {
        up: (db: Kysely<unknown>) => sql`insert into nowhere values (1)`.execute(db).then(() => undefined),
      },
    };

    await expect(migrate(db, failing)).rejects.toThrow('could not be brought up to date');

    await expect(db.selectFrom('notes').selectAll().execute()).rejects.toMatchObject({
      code: 'SQLITE_ERROR',
    });
    await db.destroy();
  });
});
