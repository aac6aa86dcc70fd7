import { eventually } from '@rollcall/testing';
import { createPostgresDatabase, createPostgresServer, type TestDatabase } from '@rollcall/testing/databases';
import { sql, type Kysely } from 'kysely';
import { inspect } from 'node:util';
import { createDatabase, pingDatabase } from './database';
import type { DatabaseEvent } from './database-event';
import { exclusively } from './exclusively';
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

const unavailable = { code: 'DATABASE_UNAVAILABLE', status: 503, headers: { 'Retry-After': '1' } };

describe('a PostgreSQL database', () => {
  let database: TestDatabase;
  let db: Kysely<Tables>;
  let events: DatabaseEvent[];

  beforeEach(async () => {
    database = await createPostgresDatabase();
    events = [];
    db = open();
  });

  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const open = (maxConnections = 2) =>
    createDatabase<Tables>(
      { kind: 'postgres', url: database.url, maxConnections },
      { onEvent: (event) => events.push(event) },
    );
  const backend = async (connection: Kysely<Tables> = db): Promise<number | undefined> =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection)).rows[0]?.pid;
  const terminate = async (pid: number | undefined): Promise<void> => {
    const administrator = open(1);
    await sql`select pg_terminate_backend(${pid})`.execute(administrator);
    await administrator.destroy();
  };

  it('is waited for as long as it is told to, while others have its connections', async () => {
    const impatient = createDatabase<Tables>({
      kind: 'postgres',
      url: database.url,
      maxConnections: 1,
      poolTimeoutMs: 321,
    });

    await impatient.connection().execute(() =>
      expect(sql`select 1`.execute(impatient)).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        cause: { message: 'no connection to the database within 321 ms' },
      }),
    );

    await impatient.destroy();
  });

  it('keeps every safe integer as it is, and gives out no other', async () => {
    await migrate(db, migrations);
    const note = { id: 'n', size: Number.MAX_SAFE_INTEGER };
    await db.insertInto('notes').values(note).execute();

    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([note]);
    await sql`update notes set size = size + 1`.execute(db);
    await expect(db.selectFrom('notes').selectAll().execute()).rejects.toThrow(RangeError);
    expect(await db.selectFrom('notes').select('id').execute()).toEqual([{ id: 'n' }]);
  });

  it('leaves a wrong query what it is', async () => {
    await expect(sql`select * from nowhere`.execute(db)).rejects.toMatchObject({ code: '42P01' });
  });

  it('leaves nothing behind of a migration that fails half way', async () => {
    const wrong = {
      up: (db: Kysely<unknown>) => sql`select * from nowhere`.execute(db).then(() => undefined),
    };

    await expect(migrate(db, { ...migrations, '0002_wrong': wrong })).rejects.toThrow(
      'could not be brought up to date',
    );

    await expect(db.selectFrom('notes').selectAll().execute()).rejects.toMatchObject({ code: '42P01' });
  });

  it('migrates while nobody else does what only one may do', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let isHeld = false;
    const holding = exclusively(open(), () => {
      isHeld = true;
      return finished;
    });
    await eventually(() => isHeld);

    const migrating = migrate(db, migrations);
    await eventually(async () => {
      const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(
        db,
      );
      return rows.length > 0;
    });
    await expect(db.selectFrom('notes').selectAll().execute()).rejects.toMatchObject({ code: '42P01' });

    finish();
    await Promise.all([holding, migrating]);
    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
  });

  it('has no more connections than it may have', async () => {
    const pids = await Promise.all(Array.from({ length: 10 }, () => backend()));

    expect(new Set(pids).size).toBeLessThanOrEqual(2);
  });

  it('tells of an idle connection that is lost, and goes on with another', async () => {
    await terminate(await backend());
    await eventually(() => events.length > 0);

    await backend();

    expect(events).toEqual([{ type: 'connection_lost', error: expect.objectContaining({ code: '57P01' }) }]);
  });

  it('survives the loss of a connection in the middle of a transaction, which then changes nothing', async () => {
    await migrate(db, migrations);

    const transaction = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('notes').values({ id: 'n', size: 1 }).execute();
      await terminate(await backend(transaction));
      await transaction.insertInto('notes').values({ id: 'm', size: 1 }).execute();
    });

    await expect(transaction).rejects.toMatchObject(unavailable);
    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
  });

  it('can be closed under a statement that takes for ever', async () => {
    const other = open(1);
    const waiting = sql`select pg_sleep(600)`.execute(other);
    const ended = expect(waiting).rejects.toMatchObject(unavailable);
    await eventually(async () => {
      const { rows } =
        await sql`select 1 from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`.execute(
          db,
        );
      return rows.length > 0;
    });

    await other.destroy();

    await ended;
  });

  it.each([
    ['a wrong password', (url: URL) => (url.password = 'hunter2')],
    ['a database that does not exist', (url: URL) => (url.pathname = '/nowhere')],
  ])('says what to set for %s, and not the password', async (_what, change) => {
    const url = new URL(database.url);
    change(url);
    const wrong = createDatabase({ kind: 'postgres', url: url.href, maxConnections: 1 });

    const error: unknown = await pingDatabase(wrong).catch((error: unknown) => error);

    expect(error).toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('Set DATABASE_URL'),
    });
    expect(inspect(error, { depth: 10 })).not.toContain(url.password);
    await wrong.destroy();
  });
});

it('is there again after a restart of PostgreSQL', async () => {
  const server = await createPostgresServer();
  const events: DatabaseEvent[] = [];
  const location = { kind: 'postgres' as const, url: server.url, maxConnections: 4 };
  const db = createDatabase<Tables>(location, { onEvent: (event) => events.push(event) });
  const query = () => sql`select 1 as one`.execute(db);
  const connections = async (): Promise<number | undefined> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
      where application_name = 'rollcall' and state is not null`.execute(db);
    return rows[0]?.n;
  };

  await expect(query()).rejects.toMatchObject(unavailable);

  await server.start();
  await Promise.all([query(), query(), query()]);
  // The third may have been served by a connection of the others while its own was being opened.
  await eventually(async () => (await connections()) === 3);

  await server.stop();
  await expect(query()).rejects.toMatchObject(unavailable);

  await server.start();
  await eventually(query);
  expect(events.map(({ type }) => type)).toEqual(['connection_lost', 'connection_lost', 'connection_lost']);

  await db.destroy();
  await server.discard();
});
