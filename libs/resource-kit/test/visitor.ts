import { createDatabase } from '../src/database/database';
import { databaseLocation } from '../src/database/database-location';
import { exclusively } from '../src/database/exclusively';
import { migrate } from '../src/database/migrate';
import { untilAvailable } from '../src/database/until-available';
import { visitsMigrations, type VisitsTables } from './visits';

/** A process of its own: once told to go, opens the database, migrates it, and counts its visits. */
const [, , url = '', visits = '0'] = process.argv;

async function visit(): Promise<void> {
  const settings = {
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: 2,
    DATABASE_POOL_MIN: 0,
    DATABASE_POOL_TIMEOUT_MS: 60_000,
    DATA_DIR: 'off',
  };
  const db = createDatabase<VisitsTables>(databaseLocation(settings, 'visits'));
  await untilAvailable(() => migrate(db, visitsMigrations));
  for (let done = 0; done < Number(visits); done++) {
    // Read, then write what was read: loses counts wherever two of these overlap.
    await exclusively(db, async (transaction) => {
      const { count } = await transaction.selectFrom('visits').selectAll().executeTakeFirstOrThrow();
      await transaction
        .updateTable('visits')
        .set({ count: count + 1 })
        .execute();
    });
  }
  await db.destroy();
}

// Keeps the process until it is told to go.
const waiting = setInterval(() => undefined, 1000);
process.once('SIGUSR2', () => {
  clearInterval(waiting);
  void visit();
});
process.stdout.write('ready\n');
