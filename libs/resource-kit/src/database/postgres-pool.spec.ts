import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, startHangingServer, timeScale } from '@rollcall/testing';
import { createPostgresDatabase, type TestDatabase } from '@rollcall/testing/databases';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { createDatabase } from './database';
import { openPostgresPool, type PostgresTimeouts } from './postgres-pool';
import { withoutTimeLimit } from './time-limit';

/** Whole milliseconds, as PostgreSQL takes them. */
const scaled = (ms: number): number => Math.round(ms * timeScale);

const UNREACHABLE_MS = scaled(200);

const unavailable = { code: 'DATABASE_UNAVAILABLE' };

/** A message of PostgreSQL's protocol: its type, its length with itself, its body (documentation §54.7). */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const ACCEPTED_AND_ENDED = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0')),
]);

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
    const pool = () => openPostgresPool({ url, maxConnections: 1, timeouts });
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

describe('the connections of a PostgreSQL pool', () => {
  let database: TestDatabase;
  let relay: SlowRelay;

  beforeAll(async () => {
    database = await createPostgresDatabase();
  });
  beforeEach(async () => {
    relay = await startSlowRelay(database.url);
  });
  afterEach(() => relay.close());
  afterAll(() => database.drop());

  const open = (options: { maxConnections: number; minConnections?: number }) =>
    openPostgresPool({
      url: relay.url,
      timeouts: { connectMs: 20_000, unreachableMs: UNREACHABLE_MS },
      ...options,
    });

  it('that come back are taken by whoever waits, however slow a new one is', async () => {
    const pool = await open({ maxConnections: 2 });
    const first = await pool.connect();
    relay.holdNew();

    const waiting = [pool.connect(), pool.connect()];
    await eventually(() => relay.connections === 2);
    first.release();
    const second = await waiting[0];
    second?.release();
    const third = await waiting[1];

    third?.release();
    relay.admit();
    await pool.end();
  });

  it('that cannot be opened fail nobody who has others to wait for', async () => {
    const pool = await open({ maxConnections: 2 });
    const first = await pool.connect();
    relay.refuseNew();

    const waiting = pool.connect();
    await eventually(() => relay.connections > 1);
    first.release();
    (await waiting).release();

    await pool.end();
  });

  it('that the server accepts and ends in one packet fail a query, and not the process', async () => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => socket.end(ACCEPTED_AND_ENDED)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const pool = await openPostgresPool({ url: `postgres://p:s@127.0.0.1:${port}/p`, maxConnections: 1 });

    const connection = await pool.connect();
    await expect(connection.query('select 1', [])).rejects.toMatchObject(unavailable);

    connection.release();
    await pool.end();
    await new Promise((resolve) => server.close(resolve));
  });

  it('that cannot be opened at all fail at once', async () => {
    relay.refuseNew();
    const pool = await open({ maxConnections: 2 });

    await expect(pool.connect()).rejects.toMatchObject(unavailable);

    await pool.end();
  });

  it('are open before the first query, as many as are to be kept, and are opened again when they are lost', async () => {
    const pool = await open({ maxConnections: 4, minConnections: 3 });
    expect(relay.open).toBe(3);

    relay.cut();
    await eventually(() => relay.open === 3);

    relay.holdNew();
    const taken = [await pool.connect(), await pool.connect(), await pool.connect()];
    for (const connection of taken) connection.release();
    relay.admit();
    await pool.end();
  });

  it('that are lost, and cannot be opened again, are waited for once; then each hears at once that there are none', async () => {
    const pool = await open({ maxConnections: 4, minConnections: 1 });
    relay.holdNew();
    relay.cut();
    // What is kept is asked for again, and not answered.
    await eventually(() => relay.connections > 1);

    await expect(pool.connect()).rejects.toMatchObject(unavailable);
    // Each of these would wait for 20 s.
    for (let count = 0; count < 50; count += 1)
      await expect(pool.connect()).rejects.toMatchObject(unavailable);
    expect(relay.open).toBeLessThanOrEqual(4);

    relay.admit();
    const connection = await eventually(() => pool.connect());
    connection.release();
    await pool.end();
  });

  it('that are lost are asked for again by whoever comes, also where none are kept', async () => {
    const pool = await open({ maxConnections: 2 });
    (await pool.connect()).release();
    relay.holdNew();
    relay.cut();
    await eventually(() => relay.open === 0);
    await expect(pool.connect()).rejects.toMatchObject(unavailable);
    const before = relay.connections;

    await eventually(async () => {
      await expect(pool.connect()).rejects.toMatchObject(unavailable);
      return relay.connections > before;
    });

    relay.cut();
    relay.admit();
    (await eventually(() => pool.connect())).release();
    await pool.end();
  });

  it('that nobody has needed yet are waited for as long as ever', async () => {
    const pool = await open({ maxConnections: 1 });
    relay.holdNew();

    const waiting = pool.connect();
    await wait(3 * UNREACHABLE_MS);
    relay.admit();

    (await waiting).release();
    await pool.end();
  });

  it('that are to be kept and cannot be opened leave nothing behind', async () => {
    relay.refuseNew();

    await expect(open({ maxConnections: 4, minConnections: 2 })).rejects.toMatchObject(unavailable);

    await eventually(() => relay.open === 0);
  });
});

interface SlowRelay {
  readonly url: string;
  /** Connections so far, and those that are open now. */
  readonly connections: number;
  readonly open: number;
  /** New connections are taken, and nothing goes through them until they are admitted. */
  holdNew(): void;
  admit(): void;
  refuseNew(): void;
  cut(): void;
  close(): Promise<void>;
}

/** In front of a PostgreSQL server: what a server does that is short of CPU or of connections. */
async function startSlowRelay(databaseUrl: string): Promise<SlowRelay> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let mode: 'through' | 'hold' | 'refuse' = 'through';
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    if (mode === 'refuse') return void socket.destroy();
    sockets.add(socket);
    const through = (): void => {
      const onward = connect(Number(target.port), target.hostname);
      socket.pipe(onward).pipe(socket);
      for (const [end, other] of [
        [socket, onward],
        [onward, socket],
      ] as const)
        end.on('error', () => undefined).once('close', () => other.destroy());
    };
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    if (mode === 'hold') held.push(through);
    else through();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    holdNew: () => void (mode = 'hold'),
    admit() {
      mode = 'through';
      for (const through of held.splice(0)) through();
    },
    refuseNew: () => void (mode = 'refuse'),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
