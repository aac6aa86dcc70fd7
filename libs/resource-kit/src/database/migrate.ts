import { AppError } from '@rollcall/service-kit';
import { Migrator, type Kysely, type Migration } from 'kysely';
import { withoutTimeLimit } from './time-limit';

/** Migrations by name. Names sort in the order of their making, and are never changed or taken away. */
export type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the schema up to date. Several processes may do so at once: the first one in does all of it in one
 * transaction while a lock keeps the others out, and they find nothing left to do.
 *
 * @throws AppError `DATABASE_UNAVAILABLE` when it is away, or held by a neighbour for too long
 */
export async function migrate<Tables>(db: Kysely<Tables>, migrations: Migrations): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const { error } = await withoutTimeLimit(() => new Migrator({ db, provider }).migrateToLatest());
  if (error instanceof AppError) throw error;
  if (error !== undefined) throw new Error('The database could not be brought up to date.', { cause: error });
}
