import { createFakeClock, timeScale } from '@rollcall/testing';
import fc from 'fast-check';
import { createMemoryFolder, type MemoryFolder } from '../../test/doubles/memory-folder';
import { catalogCommand, obey, SERVICES } from '../../test/samples/catalog-command';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import { everybody, expectSound } from '../../test/samples/sound-catalog';
import { createJournalStore } from '../adapters/journal-store/journal-store';

/** So short that snapshots are written in most runs. */
const SHORT = { shortJournalsBytes: 3000 };

const step = fc.oneof(
  { weight: 6, arbitrary: catalogCommand.map((command) => ({ kind: 'command', command }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('restart', 'kill').map((how) => ({ kind: 'end', how }) as const),
  },
);

interface Life {
  readonly folder: MemoryFolder;
  readonly open: OpenCatalog;
}

async function begin(folder: MemoryFolder, clock = createFakeClock()): Promise<Life> {
  const store = createJournalStore({
    folder,
    clock,
    newId: () => 'the-catalog',
    onEvent: () => undefined,
    ...SHORT,
  });
  return { folder, open: await openCatalog({ store, clock }) };
}

/** The next process, a while later: the clock goes on, and nothing of this one's memory does. */
async function next({ folder, open }: Life, how: 'restart' | 'kill'): Promise<Life> {
  if (how === 'restart') await open.store.close();
  open.clock.stall(60_000);
  return begin(folder.afterKill(), open.clock);
}

describe('a catalog that is kept in a journal', () => {
  it(
    'is the same after every restart, whatever has happened to it and however its process ended',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
          let life = await begin(createMemoryFolder());
          for (const taken of [...steps, { kind: 'end', how: 'kill' } as const]) {
            if (taken.kind === 'command') {
              await obey(life.open, taken.command);
              expectSound(life.open);
              continue;
            }
            const before = life.open;
            life = await next(life, taken.how);
            const after = life.open;
            // Statuses, overrides, who is held, epochs and revisions; and nobody's lease ended while it was away.
            expect(new Set(everybody(after))).toEqual(new Set(everybody(before)));
            for (const name of SERVICES)
              expect(new Set(after.catalog.service(name).claims)).toEqual(
                new Set(before.catalog.service(name).claims),
              );
            expect(after.catalog.revision).toBeGreaterThanOrEqual(before.catalog.revision);
            for (const record of everybody(after))
              expect(after.catalog.heardAt(record)).toBe(after.clock.moment().epochMs);
            expectSound(after);
          }
        }),
        { numRuns: 150 },
      );
    },
    60_000 * timeScale,
  );
});
