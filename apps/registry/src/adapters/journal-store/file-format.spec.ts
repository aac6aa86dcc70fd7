import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeClock, eventually } from '@rollcall/testing';
import { createMemoryFolder, type MemoryFolder } from '../../../test/doubles/memory-folder';
import { followerOf } from '../../../test/doubles/store-follower';
import { openStore } from '../../../test/doubles/opened-store';
import { sampleChange, sampleRecord } from '../../../test/samples/sample-change';
import { sampleRegistration } from '../../../test/samples/sample-registration';
import type { ProposedChange } from '../../catalog/changes/change';
import { checkedLine } from './checked-line';
import { createJournalStore } from './journal-store';

/** `2-unmarked`: before folders had a mark. */
type Sample = '1' | '2-unmarked' | '2';

async function sampleFolder(format: Sample = '2'): Promise<MemoryFolder> {
  const sample = join(__dirname, `../../../test/samples/format-${format}`);
  const files = new Map<string, Buffer>();
  for (const name of await readdir(sample)) files.set(name, await readFile(join(sample, name)));
  return createMemoryFolder(files);
}

/** Something of everything that a catalog can hold. */
const CHANGES: readonly ProposedChange[] = [
  sampleChange({
    put: [
      sampleRecord('p-1', {
        registration: sampleRegistration({
          url: 'http://10.0.0.1:8081',
          version: '1.2.3',
          zone: 'eu-1',
          tags: ['blue', 'grün'],
          weight: 50,
          metadata: { team: 'catalogue', note: '"quoted"\nand broken' },
          routes: [{ path_prefix: '/products', methods: ['GET', 'POST'], host: 'shop', strip_prefix: true }],
          ttlSeconds: 30,
          healthPath: '/livez',
        }),
      }),
      sampleRecord('p-2', { standing: { condition: { status: 'starting' } } }),
    ],
    claims: [
      {
        pathPrefix: '/products',
        host: 'shop',
        since: 1_700_000_000_000,
        why: 'It was the first to announce it.',
      },
      { pathPrefix: '/old', since: 1_600_000_000_000, why: 'REGISTRY_TOKENS_FILE names it.', named: true },
    ],
    notes: [
      {
        type: 'registered',
        instanceId: 'p-1',
        url: 'http://10.0.0.1:8081',
        actor: 'instance',
        reason: 'registered as up',
      },
    ],
  }),
  sampleChange({
    serviceName: 'order',
    put: [
      sampleRecord('o-1', {
        registration: sampleRegistration({
          serviceName: 'order',
          url: 'http://10.0.0.3:8083',
          ttlSeconds: 0,
        }),
      }),
    ],
  }),
  sampleChange({
    put: [
      sampleRecord('p-2', {
        epoch: 1,
        standing: {
          condition: { status: 'suspect', cause: 'session_lost', before: 'starting' },
          override: { status: 'out_of_service', reason: 'a look inside' },
        },
      }),
    ],
  }),
  sampleChange({
    serviceName: 'order',
    remove: ['o-1'],
    notes: [
      {
        type: 'evicted',
        instanceId: 'o-1',
        url: 'http://10.0.0.3:8083',
        actor: 'registry',
        reason: 'probe refused',
      },
    ],
  }),
  sampleChange({
    put: [
      sampleRecord('p-3', {
        standing: { condition: { status: 'draining' } },
        refusedRoutes: [{ path_prefix: '/orders', code: 'held_by_another', reason: 'order holds it' }],
      }),
    ],
    released: [{ pathPrefix: '/older' }],
  }),
];

/** One process: it finds what there is, makes the changes, and ends. */
async function life(
  folder: MemoryFolder,
  changes: readonly ProposedChange[],
  options: { shortJournalsBytes?: number },
): Promise<void> {
  const events: string[] = [];
  const store = createJournalStore({
    folder,
    clock: createFakeClock(),
    newId: () => '00000000-0000-4000-8000-000000000001',
    onEvent: ({ type }) => events.push(type),
    ...options,
  });
  await store.open();
  store.follow(followerOf(() => undefined));
  if (options.shortJournalsBytes !== undefined) await eventually(() => events.includes('snapshot_written'));
  for (const change of changes) await store.commit(change);
  await store.close();
}

describe('the format of the files', () => {
  it('is what it was: format 2 is written as in the sample', async () => {
    const folder = createMemoryFolder();
    await life(folder, CHANGES.slice(0, 4), {});
    // Everything so far in a snapshot, and one change after it.
    await life(folder, CHANGES.slice(4), { shortJournalsBytes: 1 });
    const sample = await sampleFolder();
    expect(folder.names).toEqual(sample.names);
    for (const name of sample.names)
      expect(folder.contentOf(name).toString()).toBe(sample.contentOf(name).toString());
  });

  it.each(['1', '2-unmarked', '2'] as const)(
    'is read as it was: format %s gives the catalog that it was made of',
    async (format) => {
      const { stored, catalog } = await openStore(await sampleFolder(format));
      expect(stored).toMatchObject({
        catalogId: '00000000-0000-4000-8000-000000000001',
        begunAt: 1_700_000_000_000,
        revision: 4,
      });
      expect(stored.recent).toMatchObject([{ revision: 1005, put: [{ instanceId: 'p-3' }] }]);
      const [first, second, third, fourth, fifth] = CHANGES;
      const { refusedRoutes: _since2, ...fifthOf1 } = { refusedRoutes: undefined, ...fifth?.put[0] };
      expect(catalog.services()).toEqual([
        {
          serviceName: 'product',
          revision: 1005,
          records: [
            { ...first?.put[0], epoch: 1, revision: 1 },
            { ...third?.put[0], epoch: 1, revision: 3 },
            { ...(format === '1' ? fifthOf1 : fifth?.put[0]), epoch: 1005, revision: 1005 },
          ],
          claims:
            format === '1'
              ? []
              : [first?.claims?.[0], { ...first?.claims?.[1], unannouncedSince: 1_700_000_000_000 }],
        },
        { serviceName: 'order', revision: 4, records: [], claims: [] },
      ]);
      expect(second?.serviceName).toBe(fourth?.serviceName);
    },
  );

  it.each(['journal-00000004', 'snapshot-00000004'])(
    'is refused, and left alone, when a newer version wrote %s',
    async (name) => {
      const folder = await sampleFolder();
      folder.put(name, Buffer.from(checkedLine({ format: 3, whatever: 'it says' })));
      const before = folder.names;
      await expect(openStore(folder)).rejects.toMatchObject({
        code: 'DATA_FOLDER_NEWER',
        message: expect.stringContaining('newer version') as string,
      });
      expect(folder.names).toEqual(before);
    },
  );
});
