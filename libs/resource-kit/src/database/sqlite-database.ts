import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SqliteDatabase } from 'kysely';
import Libsql from 'libsql';
import { databaseUnavailable } from './database-unavailable';
import { databaseUnusable } from './database-unusable';

/**
 * Longest wait for another process's write, milliseconds. It blocks the event loop, and a write takes a few
 * milliseconds. Too low: requests get 503 that only had to wait. Too high: one stuck writer freezes its neighbours.
 */
const BUSY_TIMEOUT_MS = 2000;

/**
 * Opens an SQLite file, made together with its folder where it is missing, for several processes at once.
 *
 * @throws AppError `DATABASE_UNAVAILABLE` when another process is in the way, `DATABASE_UNUSABLE` when the path is wrong
 */
export function openSqliteFile(path: string): SqliteDatabase {
  const database = open(path);
  try {
    // Going over to WAL is refused without the wait of the busy time-out when several processes meet on a new file.
    database.pragma('journal_mode = WAL');
    // With WAL a process that dies loses nothing; a power cut may lose the last commits, and corrupts nothing.
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
  } catch (error) {
    database.close();
    throw translated(error);
  }
  return translating(database);
}

/** Rows of this process only, gone with it. */
export function openSqliteMemory(): SqliteDatabase {
  const database = new Libsql(':memory:');
  database.pragma('foreign_keys = ON');
  return translating(database);
}

function open(path: string): Libsql.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    makePrivateFile(path);
    return new Libsql(path, { timeout: BUSY_TIMEOUT_MS });
  } catch (cause) {
    throw databaseUnusable(
      `The database ${path} cannot be opened. Set DATABASE_URL or DATA_DIR to a place that can be written to.`,
      cause,
      'DATABASE_URL',
    );
  }
}

/**
 * What a service stores is private, and SQLite itself makes files that every user may read. Those that it
 * puts beside the database (-wal, -shm) get the mode of that one. A file that is there stays as it is, unopened: closing
 * it would end the locks that this process has on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
function makePrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}

/** The one place where SQLite's errors become ours: every statement goes through here. */
function translating(database: Libsql.Database): SqliteDatabase {
  return {
    prepare(sql) {
      const statement = translate(() => database.prepare(sql));
      return {
        reader: statement.reader,
        all: (parameters) => translate(() => statement.all(...parameters)),
        run: (parameters) => translate(() => statement.run(...parameters)),
        iterate: (parameters) => statement.iterate(...parameters),
      };
    },
    close: () => void database.close(),
  };
}

function translate<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

/** What SQLite says when the file, the disk or another writer is in the way, and not when a query is wrong. */
const AWAY = /^SQLITE_(?:BUSY|LOCKED|IOERR|FULL|CANTOPEN)/;

function translated(error: unknown): unknown {
  const away = error instanceof Libsql.SqliteError && AWAY.test(error.code);
  return away ? databaseUnavailable(error) : error;
}
