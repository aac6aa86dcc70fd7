import { dataDirSetting, secret, type SettingSchemas } from '@rollcall/service-kit';
import Joi from 'joi';
import { postgresUrlFault } from './postgres-url';
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
  DATA_DIR: dataDirSetting,
};
