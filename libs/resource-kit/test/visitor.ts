import { createDatabase } from '../src/database/database';
import { migrate } from '../src/database/migrate';
import { visitsMigrations, type VisitsTables } from './visits';

/** A process of its own: once told to go, opens the database, migrates it, and counts its visits. */
const [, , path = '', visits = '0'] = process.argv;

async function visit(): Promise<void> {
  const db = createDatabase<VisitsTables>({ kind: 'sqlite-file', path });
  await migrate(db, visitsMigrations);
  for (let done = 0; done < Number(visits); done++) {
    // Read, then write what was read: loses counts wherever two transactions overlap.
    await db.transaction().execute(async (transaction) => {
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
