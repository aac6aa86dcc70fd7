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
  DATA_DIR: dataDirSetting,
};
