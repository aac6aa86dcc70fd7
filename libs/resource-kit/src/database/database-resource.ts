import type { Kysely } from 'kysely';
import { createForgetKeysLoop } from '../idempotency/forget-keys-loop';
import { forgetOldKeys } from '../idempotency/key-uses';
import { pingDatabase } from './database';
import { migrate, type Migrations } from './migrate';
import { untilAvailable } from './until-available';

export interface DatabaseResourceOptions<Tables> {
  readonly db: Kysely<Tables>;
  /** `keyUsesMigration` among them. */
  readonly migrations: Migrations;
  /** Puts in what the service starts with; runs at every start, and beside that of other processes. */
  readonly fill?: () => Promise<void>;
  /** Something went wrong in the background. */
  readonly onError: (error: unknown) => void;
}

/** A database as a service holds it: brought up to date before the first request, closed after the last. */
export interface DatabaseResource {
  readonly name: 'database';
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws while the database does not answer */
  check(): Promise<void>;
}

export function databaseResource<Tables>(options: DatabaseResourceOptions<Tables>): DatabaseResource {
  const { db, migrations, fill, onError } = options;
  const loop = createForgetKeysLoop({ forget: () => forgetOldKeys(db, Date.now()), onError });

  return {
    name: 'database',
    async start() {
      await migrate(db, migrations);
      if (fill) await untilAvailable(fill);
      loop.start();
    },
    async stop() {
      await loop.stop();
      await db.destroy();
    },
    check: () => pingDatabase(db),
  };
}
