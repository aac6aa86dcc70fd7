import { AppError } from '@rollcall/service-kit';

/** The database cannot be used until a setting is changed. `message` says which one. */
/** @param setting whose value can never name a database; a login that a server refuses may be granted later */
export function databaseUnusable(message: string, cause: unknown, setting?: string): AppError {
  return new AppError({ code: 'DATABASE_UNUSABLE', status: 500, message, setting, cause });
}
