import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import type { Kysely } from 'kysely';
import { createDatabase } from '../database/database';
import { databaseLocation } from '../database/database-location';
import { migrate } from '../database/migrate';
import { KEY_LIFETIME_MS, type KeyUse } from './idempotent-request';
import { findPriorUse, forgetOldKeys, keyUsesMigration, takeKey } from './key-uses';

const usedAt = 1_700_000_000_000;
const use: KeyUse = { key: 'k', fingerprint: 'f', resourceId: 'r', usedAt };

describe.each(databaseKinds)('the uses of keys, stored in $kind', ({ create }) => {
  let database: TestDatabase;
  let db: Kysely<unknown>;

  beforeAll(async () => {
    database = await create();
    const settings = {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: 4,
      DATABASE_POOL_MIN: 0,
      DATABASE_POOL_TIMEOUT_MS: 60_000,
      DATA_DIR: 'off',
    };
    db = createDatabase<unknown>(databaseLocation(settings, 'keys'));
    await migrate(db, { '0001_keys': keyUsesMigration });
  });

  afterEach(() => forgetOldKeys(db, Number.MAX_SAFE_INTEGER));

  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  it('gives a key to the first that asks, and tells the others what it was used for', async () => {
    expect(await takeKey(db, use)).toEqual({ kind: 'none' });
    expect(await takeKey(db, { ...use, resourceId: 'other' })).toEqual({ kind: 'same', resourceId: 'r' });
    expect(await takeKey(db, { ...use, fingerprint: 'g', resourceId: 'other' })).toEqual({
      kind: 'different',
    });
  });

  it('gives a key away again 24 h after its first use, and not before', async () => {
    await takeKey(db, use);
    const later = { ...use, fingerprint: 'g', resourceId: 'later' };

    expect(await takeKey(db, { ...later, usedAt: usedAt + KEY_LIFETIME_MS - 1 })).toEqual({
      kind: 'different',
    });
    expect(await takeKey(db, { ...later, usedAt: usedAt + KEY_LIFETIME_MS })).toEqual({ kind: 'none' });
    expect(await findPriorUse(db, later, usedAt + KEY_LIFETIME_MS)).toEqual({
      kind: 'same',
      resourceId: 'later',
    });
  });

  it('is without the key when the transaction that took it fails', async () => {
    const failed = db.transaction().execute(async (transaction) => {
      await takeKey(transaction, use);
      throw new Error('the resource could not be stored');
    });

    await expect(failed).rejects.toThrow('could not be stored');
    expect(await findPriorUse(db, use, usedAt)).toEqual({ kind: 'none' });
  });

  it('forgets the keys that no longer count, and only those', async () => {
    await takeKey(db, use);
    await takeKey(db, { ...use, key: 'younger', usedAt: usedAt + 1 });

    await forgetOldKeys(db, usedAt + KEY_LIFETIME_MS);

    expect(await findPriorUse(db, use, usedAt)).toEqual({ kind: 'none' });
    expect(await findPriorUse(db, { ...use, key: 'younger' }, usedAt)).toEqual({
      kind: 'same',
      resourceId: 'r',
    });
  });
});
