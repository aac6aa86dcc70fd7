import { Migrator, type Kysely, type Migration } from 'kysely';
import { isDatabaseUnavailable } from './database-unavailable';
import { untilAvailable } from './until-available';

/** Migrations by name. Names sort in the order of their making, and are never changed or taken away. */
export type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the schema up to date, waiting for a database that is away. Several processes may do so at once: the
 * first one in does all of it in one transaction that keeps the others out, and they find nothing left to do.
 */
export async function migrate<Tables>(db: Kysely<Tables>, migrations: Migrations): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  await untilAvailable(async () => {
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (isDatabaseUnavailable(error)) throw error;
    if (error !== undefined)
      throw new Error('The database could not be brought up to date.', { cause: error });
  });
}
