import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startTypeScript } from '@rollcall/testing';
import { createDatabase } from '../src/database/database';
import type { VisitsTables } from './visits';

const PROCESSES = 10;
const VISITS_EACH = 20;

describe('an empty SQLite file that ten processes open at once', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-sqlite-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is migrated once, and loses no write of any of them', async () => {
    const path = join(folder, 'new', 'visits.db');
    const processes = Array.from({ length: PROCESSES }, () =>
      startTypeScript(join(__dirname, 'visitor.ts'), { args: [path, String(VISITS_EACH)] }),
    );
    // Starting takes each its own time; they only meet when they go together.
    await eventually(() => processes.every((process) => process.output() === 'ready\n'), {
      timeoutMs: 50_000,
    });

    for (const { child } of processes) child.kill('SIGUSR2');
    const codes = await Promise.all(processes.map((process) => process.exited));

    expect(processes.map((process) => process.output())).toEqual(processes.map(() => 'ready\n'));
    expect(codes).toEqual(Array.from({ length: PROCESSES }, () => 0));
    const db = createDatabase<VisitsTables>({ kind: 'sqlite-file', path });
    expect(await db.selectFrom('visits').selectAll().execute()).toEqual([
      { place: 'here', count: PROCESSES * VISITS_EACH },
    ]);
    await db.destroy();
  }, 60_000);
});
