import fc from 'fast-check';
import { createMemoryFolder, type MemoryFolder } from '../../../test/doubles/memory-folder';
import { openStore, type OpenedStore } from '../../../test/doubles/opened-store';
import { registering, removing } from '../../../test/samples/sample-change';

/** So short that snapshots are being written most of the time. */
const SHORT = { shortJournalsBytes: 3000 };
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      register: fc.subarray([...IDS]),
      remove: fc.subarray([...IDS]),
      /** Turns of the event loop until the next step; a write takes a few. */
      turns: fc.integer({ min: 0, max: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      broken: fc.subarray(['create', 'append', 'sync', 'rename', 'remove', 'sync folder'] as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      how: fc.constantFrom('kill', 'power loss'),
      chances: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
    }),
  },
);

describe('whatever crashes, and whatever the disk refuses meanwhile', () => {
  it('what was acknowledged holds, and revisions rise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        // Whether it is listed: what was acknowledged last, and what has been asked for since.
        const possible = new Map(IDS.map((id) => [id, new Set([false])]));
        let folder: MemoryFolder = createMemoryFolder();
        let opened: OpenedStore = await openStore(folder, SHORT);
        let life = 0;
        const revisions: number[] = [];

        const ask = (id: (typeof IDS)[number], isListed: boolean): void => {
          const asked = life;
          possible.get(id)?.add(isListed);
          opened.commit(isListed ? registering(id) : removing(id)).then(
            ({ revision }) => {
              // The word of a process that has crashed by now reaches nobody.
              if (asked !== life) return;
              possible.set(id, new Set([isListed]));
              revisions.push(revision);
            },
            () => undefined,
          );
        };

        for (const taken of [...steps, { kind: 'crash', how: 'kill', chances: [0] } as const]) {
          switch (taken.kind) {
            case 'change':
              for (const id of taken.register) ask(id, true);
              for (const id of taken.remove) if (!taken.register.includes(id)) ask(id, false);
              for (let turn = 0; turn < taken.turns; turn += 1)
                await new Promise((resolve) => setImmediate(resolve));
              break;
            case 'disk':
              folder.fault = (operation) =>
                taken.broken.some((broken) => broken === operation) ? 'EIO' : undefined;
              break;
            case 'crash': {
              let asked = 0;
              const chance = (): number => taken.chances[(asked += 1) % taken.chances.length] ?? 0;
              life += 1;
              folder = taken.how === 'kill' ? folder.afterKill() : folder.afterPowerLoss(chance);
              opened = await openStore(folder, SHORT);
              expect(opened.events.map(({ type }) => type)).not.toContain('damaged');
              const listed = opened.listed();
              for (const [id, states] of possible) {
                expect({ id, isListed: [...states] }).toEqual({
                  id,
                  isListed: expect.arrayContaining([listed.includes(id)]) as boolean[],
                });
                possible.set(id, new Set([listed.includes(id)]));
              }
            }
          }
        }
        expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });
});
