import { eventually, startTypeScript } from '@rollcall/testing';
import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import { join } from 'node:path';
import { createDatabase } from '../src/database/database';
import { databaseLocation } from '../src/database/database-location';
import type { VisitsTables } from './visits';

const PROCESSES = 10;
const VISITS_EACH = 10;

describe.each(databaseKinds)('$kind, empty, that ten processes open at once', ({ create }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await create();
  });

  afterEach(() => database.drop());

  it('is migrated once, and loses no write of any of them', async () => {
    const processes = Array.from({ length: PROCESSES }, () =>
      startTypeScript(join(__dirname, 'visitor.ts'), { args: [database.url, String(VISITS_EACH)] }),
    );
    // Starting takes each its own time; they only meet when they go together.
    await eventually(() => processes.every((process) => process.output() === 'ready\n'), {
      timeoutMs: 50_000,
    });

    for (const { child } of processes) child.kill('SIGUSR2');
    const codes = await Promise.all(processes.map((process) => process.exited));

    expect(processes.map((process) => process.output())).toEqual(processes.map(() => 'ready\n'));
    expect(codes).toEqual(Array.from({ length: PROCESSES }, () => 0));
    const settings = {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: 1,
      DATABASE_POOL_MIN: 0,
      DATABASE_POOL_TIMEOUT_MS: 60_000,
      DATA_DIR: 'off',
    };
    const db = createDatabase<VisitsTables>(databaseLocation(settings, 'visits'));
    expect(await db.selectFrom('visits').selectAll().execute()).toEqual([
      { place: 'here', count: PROCESSES * VISITS_EACH },
    ]);
    await db.destroy();
  });
});
