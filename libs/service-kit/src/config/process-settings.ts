import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { isServiceName } from '@rollcall/contracts';
import Joi from 'joi';
import type { SettingSchemas } from './setting-schemas';
import { tracingSettings, type TracingSettings } from './tracing-settings';
import { LOG_LEVELS, type LogLevel } from '../logging/logger';

/** Settings of every app. */
export interface ProcessSettings extends TracingSettings {
  /** TCP port, 0–65535; 0 lets the system choose. */
  readonly PORT: number;
  /** Address to listen on. 127.0.0.1 keeps strangers out; a container needs 0.0.0.0. */
  readonly HOST: string;
  /** `debug` prints the effective configuration and every probe; `error` hides what operators need. */
  readonly LOG_LEVEL: LogLevel;
  /** `production` logs JSON, one object a line; anything else logs for people. */
  readonly NODE_ENV: string;
  /** `false` leaves requests out of the log that came with a trace, from a process that has a line for them. */
  readonly ACCESS_LOG_FORWARDED: boolean;
  /**
   * Most connections at once; default 10 000. One more is closed unread, so that it is safe to try elsewhere. Too low
   * turns callers away; too high lets a flood take the memory and the file descriptors that the others need.
   */
  readonly MAX_CONNECTIONS: number;
  /** Name in logs and metrics, and in the catalog. */
  readonly SERVICE_NAME: string;
}

export function processSettings(defaults: {
  PORT: number;
  SERVICE_NAME: string;
}): SettingSchemas<ProcessSettings> {
  return {
    PORT: portSetting.default(defaults.PORT),
    HOST: Joi.alternatives(Joi.string().ip({ cidr: 'forbidden' }), Joi.string().hostname()).default(
      '127.0.0.1',
    ),
    LOG_LEVEL: Joi.string()
      .valid(...LOG_LEVELS)
      .default('info'),
    MAX_CONNECTIONS: Joi.number().integer().min(1).max(10_000_000).default(10_000),
    NODE_ENV: Joi.string().default('development'),
    ACCESS_LOG_FORWARDED: Joi.boolean().truthy('on').falsy('off').default(true),
    SERVICE_NAME: Joi.string()
      .custom((name: string, { message }) =>
        isServiceName(name)
          ? name
          : message({ custom: '{{#label}} must be 1 to 63 letters, digits, ".", "_" or "-"' }),
      )
      .default(defaults.SERVICE_NAME),
    ...tracingSettings,
  };
}

/** A TCP port; 0 lets the system choose. */
export const portSetting = Joi.number().integer().min(0).max(65_535);

/** A folder that each app keeps its own folder in, or `off` to keep nothing on disk. */
export const dataDirSetting = Joi.string()
  .custom((folder: string, { state, message }) => {
    const { DATABASE_URL }: { DATABASE_URL?: string } = state.ancestors[0] ?? {};
    // Nothing is kept there then.
    const fault = folder === 'off' || DATABASE_URL !== undefined ? undefined : folderFault(folder);
    return fault === undefined ? folder : message({ custom: '{{#label}}: {{#fault}}' }, { fault });
  })
  .default('.data');

/** Seen here it is listed with all other faults; what only shows when something is written is found at the start. */
function folderFault(folder: string): string | undefined {
  const path = nearestExisting(resolve(folder));
  try {
    if (!statSync(path).isDirectory())
      return `${path} is not a folder. Name a folder, or "off" to keep nothing on disk`;
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    // A read-only file system may have a place to write to mounted by the time of the start.
    return code === 'EROFS'
      ? undefined
      : `${path} cannot be written to by this user (${code}). Name another folder, or "off" to keep nothing on disk`;
  }
}

function nearestExisting(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestExisting(above);
}
