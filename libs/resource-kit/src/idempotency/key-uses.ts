import { QueryCreator, type Kysely, type Migration, type QueryExecutorProvider } from 'kysely';
import {
  KEY_LIFETIME_MS,
  priorUse,
  type IdempotentRequest,
  type KeyUse,
  type PriorUse,
} from './idempotent-request';

interface KeyUsesTable {
  readonly idempotency_keys: {
    readonly key: string;
    readonly fingerprint: string;
    readonly resource_id: string;
    /** Epoch milliseconds. */
    readonly used_at: number;
  };
}

/** The table behind these functions; a service lists it among its migrations. */
export const keyUsesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('idempotency_keys')
      .addColumn('key', 'varchar(255)', (column) => column.primaryKey().notNull())
      .addColumn('fingerprint', 'varchar(64)', (column) => column.notNull())
      .addColumn('resource_id', 'varchar(64)', (column) => column.notNull())
      .addColumn('used_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('idempotency_keys_by_age').on('idempotency_keys').column('used_at').execute();
  },
};

/**
 * Takes a key for a resource, within the transaction that stores the resource: both come about, or neither does.
 * Of duplicates that arrive together one gets the key, and the others wait for its transaction to end.
 *
 * @returns `none` when the key was free and is this request's now, else what it was used for
 */
export async function takeKey(transaction: QueryExecutorProvider, use: KeyUse): Promise<PriorUse> {
  const row = {
    key: use.key,
    fingerprint: use.fingerprint,
    resource_id: use.resourceId,
    used_at: use.usedAt,
  };
  const { numInsertedOrUpdatedRows = 0n } = await tables(transaction)
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet(row)
        .where('idempotency_keys.used_at', '<=', use.usedAt - KEY_LIFETIME_MS),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows > 0n ? { kind: 'none' } : findPriorUse(transaction, use, use.usedAt);
}

export async function findPriorUse(
  db: QueryExecutorProvider,
  request: IdempotentRequest,
  now: number,
): Promise<PriorUse> {
  const row = await tables(db)
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('key', '=', request.key)
    .executeTakeFirst();
  const stored = row && { ...row, resourceId: row.resource_id, usedAt: row.used_at };
  return priorUse(stored, request, now);
}

/** Drops the keys that no longer count; a table that only grows would be the price of remembering. */
export async function forgetOldKeys(db: QueryExecutorProvider, now: number): Promise<void> {
  await tables(db)
    .deleteFrom('idempotency_keys')
    .where('used_at', '<=', now - KEY_LIFETIME_MS)
    .execute();
}

/** Kysely's own type knows every table of one service, and these functions serve several. */
function tables(db: QueryExecutorProvider): QueryCreator<KeyUsesTable> {
  return new QueryCreator<KeyUsesTable>({ executor: db.getExecutor() });
}
