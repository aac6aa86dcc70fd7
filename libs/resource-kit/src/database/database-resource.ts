import type { Kysely } from 'kysely';
import { createForgetKeysLoop } from '../idempotency/forget-keys-loop';
import { forgetOldKeys } from '../idempotency/key-uses';
import { pingDatabase } from './database';
import type { DatabaseEvent } from './database-event';
import { exclusively } from './exclusively';
import { migrate, type Migrations } from './migrate';
import { untilAvailable } from './until-available';

export interface DatabaseResourceOptions<Tables> {
  readonly db: Kysely<Tables>;
  /** `keyUsesMigration` among them. */
  readonly migrations: Migrations;
  /** Puts in what the service starts with; runs at every start, while it does in no other process. */
  readonly fill?: (db: Kysely<Tables>) => Promise<void>;
  readonly onEvent: (event: DatabaseEvent) => void;
}

/** A database as a service holds it: brought up to date before the first request, closed after the last. */
export interface DatabaseResource {
  readonly name: 'database';
  /**
   * Waits for a database that is away, for as long as it takes: whoever starts a service and its database together
   * should not have to start the service again.
   *
   * @param signal ends the waiting, and rejects
   * @throws AppError `DATABASE_UNUSABLE` when waiting would not help
   */
  start(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** @throws while the database does not answer */
  check(): Promise<void>;
}

export function databaseResource<Tables>(options: DatabaseResourceOptions<Tables>): DatabaseResource {
  const { db, migrations, fill, onEvent } = options;
  const loop = createForgetKeysLoop({
    forget: () => forgetOldKeys(db, Date.now()),
    onError: (error) => onEvent({ type: 'keys_not_forgotten', error }),
  });

  async function bringUp(): Promise<void> {
    await migrate(db, migrations);
    if (fill !== undefined) await exclusively(db, fill);
  }

  return {
    name: 'database',
    async start(signal) {
      let isWaiting = false;
      const onRefused = (error: unknown): void => {
        if (!isWaiting) onEvent({ type: 'waiting', error });
        isWaiting = true;
      };
      try {
        await untilAvailable(bringUp, { onRefused, ...(signal === undefined ? {} : { signal }) });
      } catch (error) {
        await db.destroy();
        throw error;
      }
      loop.start();
    },
    async stop() {
      await loop.stop();
      await db.destroy();
    },
    check: () => pingDatabase(db),
  };
}
