import { AppError } from '@rollcall/service-kit';

/** The database will not be of use until somebody changes a setting. `message` says which one. */
export function databaseUnusable(message: string, cause: unknown): AppError {
  return new AppError({ code: 'DATABASE_UNUSABLE', status: 500, message, cause });
}
