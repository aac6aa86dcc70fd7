import { eventually, startHangingServer, timeScale } from '@rollcall/testing';
import { createPostgresDatabase, type TestDatabase } from '@rollcall/testing/databases';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { createDatabase } from './database';
import { openPostgresPool, type PostgresTimeouts } from './postgres-pool';
import { withoutTimeLimit } from './time-limit';

/** Whole milliseconds, as PostgreSQL takes them. */
const scaled = (ms: number): number => Math.round(ms * timeScale);

const unavailable = { code: 'DATABASE_UNAVAILABLE' };

describe('the time limits of a PostgreSQL pool', () => {
  let database: TestDatabase;
  let db: Kysely<unknown>;

  beforeAll(async () => {
    database = await createPostgresDatabase();
  });

  afterEach(() => db.destroy());

  afterAll(() => database.drop());

  /** One connection, so that whatever is left of a query is in the way of the next. */
  function open(timeouts: Partial<PostgresTimeouts>, url = database.url): void {
    const pool = () => Promise.resolve(openPostgresPool({ url, maxConnections: 1, timeouts }));
    db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  }

  const sleep = (seconds: number) => sql`select pg_sleep(${seconds})`.execute(db);
  const backend = async () =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;

  it('end a statement that takes too long, and keep its connection', async () => {
    open({ statementMs: scaled(300) });
    const pid = await backend();

    await expect(sleep(60)).rejects.toMatchObject({ ...unavailable, cause: { code: '57014' } });

    expect(await backend()).toBe(pid);
  });

  it('give up a connection on which nothing is answered', async () => {
    open({ answerMs: scaled(300) });
    const pid = await backend();

    await expect(sleep(60)).rejects.toMatchObject(unavailable);

    expect(await backend()).not.toBe(pid);
  });

  it('give up a server that takes a connection and says nothing', async () => {
    const server = await startHangingServer();
    open({ connectMs: 100 }, `postgres://product:secret@127.0.0.1:${server.port}/product`);

    await expect(sleep(0)).rejects.toMatchObject(unavailable);

    await server.close();
  });

  it('end the wait for a connection that others keep busy', async () => {
    open({ connectMs: scaled(500) });

    await db.connection().execute(() => expect(sleep(0)).rejects.toMatchObject(unavailable));

    await sleep(0);
  });

  it('end a transaction that stands still, and what it held is free again', async () => {
    open({ idleInTransactionMs: scaled(100) });
    await sql`create table idle_notes (id text)`.execute(db);
    const observer = createDatabase({ kind: 'postgres', url: database.url, maxConnections: 1 });
    const isLocked = async () => {
      const { rows } = await sql`select 1 from pg_locks where relation = 'idle_notes'::regclass`.execute(
        observer,
      );
      return rows.length > 0;
    };
    const standing = db.transaction().execute(async (transaction) => {
      await sql`lock table idle_notes`.execute(transaction);
      await eventually(async () => !(await isLocked()));
      await sql`select 1`.execute(transaction);
    });

    await expect(standing).rejects.toMatchObject(unavailable);

    expect(await backend()).toBeDefined();
    await observer.destroy();
  });

  it('do not apply to what may take as long as it needs, and apply again afterwards', async () => {
    open({ statementMs: scaled(300), answerMs: scaled(400) });

    await withoutTimeLimit(() => sleep(0.6 * timeScale));

    await expect(sleep(60)).rejects.toMatchObject(unavailable);
  });
});
