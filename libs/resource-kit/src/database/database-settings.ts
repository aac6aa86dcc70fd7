import { dataDirSetting, secret, type SettingSchemas } from '@rollcall/service-kit';
import Joi from 'joi';
import { sqlitePath } from './sqlite-url';

/** Settings of every app that keeps rows. */
export interface DatabaseSettings {
  /** `file:<path>` of an SQLite database; an SQLite file under `DATA_DIR` when not set. */
  readonly DATABASE_URL?: string;
  /** Folder in which each app has its own; `off` keeps the rows in memory, where no other process sees them. */
  readonly DATA_DIR: string;
}

/** Secret, because a URL may carry a password; it is printed without. */
const databaseUrl = secret(
  Joi.string().custom((value: string, helpers) =>
    sqlitePath(value) === undefined ? helpers.message({ custom: '{{#label}} must be file:<path>' }) : value,
  ),
);

export const databaseSettings: SettingSchemas<DatabaseSettings> = {
  DATABASE_URL: databaseUrl,
  DATA_DIR: dataDirSetting,
};
