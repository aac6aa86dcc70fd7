import { AppError } from '@rollcall/service-kit';

/** The database will not be of use until somebody changes a setting. `message` says which one. */
/** @param setting that names a place where no database can be; a server may yet let in whom it refuses */
export function databaseUnusable(message: string, cause: unknown, setting?: string): AppError {
  return new AppError({ code: 'DATABASE_UNUSABLE', status: 500, message, setting, cause });
}
