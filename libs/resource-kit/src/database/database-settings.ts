import { dataDirSetting, secret, type SettingRule, type SettingSchemas } from '@rollcall/service-kit';
import Joi from 'joi';
import { isPostgresUrl, postgresUrlFault } from './postgres-url';
import { sqlitePath } from './sqlite-url';

/** Settings of every app that keeps rows. */
export interface DatabaseSettings {
  /**
   * `file:<path>` of an SQLite database, or `postgres://user:password@host:port/database`; an SQLite file under
   * `DATA_DIR` when not set.
   */
  readonly DATABASE_URL?: string;
  /**
   * Most connections to PostgreSQL, default 8. Too low: requests queue for one. Too high: instances times this come
   * to more than the server's `max_connections` (100 by default), and those that are refused answer 503.
   */
  readonly DATABASE_POOL_SIZE: number;
  /**
   * Connections to PostgreSQL that are open before the service is ready, and stay open, default 2. Too low: whoever
   * comes after a quiet time, or at an instance that has to do the work of others, waits for one to be opened. Too high:
   * instances times this are taken from the server's `max_connections` even when nobody asks.
   */
  readonly DATABASE_POOL_MIN: number;
  /**
   * Longest wait of a request for a connection to PostgreSQL, a new one or one that others are using; milliseconds, default
   * 3000. Too low: bursts get 503 that only had to queue. Too high: callers wait that long to hear that there is none.
   */
  readonly DATABASE_POOL_TIMEOUT_MS: number;
  /** Folder in which each app has its own; `off` keeps the rows in memory, where no other process sees them. */
  readonly DATA_DIR: string;
}

/** Secret, because a URL may carry a password; it is printed without. */
const databaseUrl = secret(
  Joi.string().custom((value: string, helpers) => {
    const fault = sqlitePath(value) === undefined ? postgresUrlFault(value) : undefined;
    return fault === undefined ? value : helpers.message({ custom: `{{#label}} ${fault}` });
  }),
);

export const databaseSettings: SettingSchemas<DatabaseSettings> = {
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: Joi.number().integer().min(1).max(1000).default(8),
  DATABASE_POOL_MIN: Joi.number().integer().min(0).max(1000).default(2),
  DATABASE_POOL_TIMEOUT_MS: Joi.number().integer().min(1).max(600_000).default(3000),
  DATA_DIR: dataDirSetting,
};

/** `DATA_DIR` is not judged: it is of other apps too, and the image has it. */
export const databaseRules: readonly SettingRule<DatabaseSettings>[] = [
  onlyOfPostgres('DATABASE_POOL_SIZE'),
  onlyOfPostgres('DATABASE_POOL_MIN'),
  onlyOfPostgres('DATABASE_POOL_TIMEOUT_MS'),
  {
    setting: 'DATABASE_POOL_MIN',
    beside: ['DATABASE_POOL_SIZE'],
    idle: ({ DATABASE_POOL_MIN, DATABASE_POOL_SIZE }) => DATABASE_POOL_MIN > DATABASE_POOL_SIZE,
    why: 'is more than DATABASE_POOL_SIZE, the most connections there may be',
    mend: 'Raise DATABASE_POOL_SIZE, or lower DATABASE_POOL_MIN',
  },
];

function onlyOfPostgres(
  setting: Extract<keyof DatabaseSettings, `DATABASE_POOL_${string}`>,
): SettingRule<DatabaseSettings> {
  return {
    setting,
    beside: ['DATABASE_URL'],
    idle: ({ DATABASE_URL }) => DATABASE_URL === undefined || !isPostgresUrl(DATABASE_URL),
    why: 'has no effect: it is for PostgreSQL, and DATABASE_URL names no PostgreSQL database',
    mend: `Set DATABASE_URL=postgres://…, or unset ${setting}`,
  };
}
