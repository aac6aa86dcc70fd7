import fc from 'fast-check';
import { createMemoryFolder, type MemoryFolder } from '../../../test/doubles/memory-folder';
import { openStore } from '../../../test/doubles/opened-store';
import { registering } from '../../../test/samples/sample-change';
import { linesIn, sampleJournal } from '../../../test/samples/sample-journal';
import type { CommittedChange } from '../../catalog/changes/change';
import { createKeptCatalog } from './kept-catalog';

/** Who is listed by the lines that are as they were written; by eye, and not by their checksums. */
function listedBy(content: Buffer, original: readonly Buffer[]): readonly string[] {
  const asWritten = new Set(original.map((line) => line.toString('latin1')));
  const kept = createKeptCatalog();
  for (const line of linesIn(content)) {
    if (!asWritten.has(line.toString('latin1'))) continue;
    const value = JSON.parse(line.toString('utf8').slice(9)) as CommittedChange | { format: number };
    if (!('format' in value)) kept.apply(value);
  }
  return kept
    .services()
    .flatMap(({ records }) => records.map(({ instanceId }) => instanceId))
    .sort();
}

/** Something that befalls a file, at a place between its beginning (0) and its end (1). */
const mishap = fc.oneof(
  fc.record({
    kind: fc.constant('overwritten' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant('inserted' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant('cut out' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant('zeroed to the end' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.constant(new Uint8Array()),
  }),
);

type Mishap = typeof mishap extends fc.Arbitrary<infer M> ? M : never;

function befall(content: Buffer, { kind, at, bytes }: Mishap): Buffer {
  const start = Math.floor(at * content.length);
  const before = content.subarray(0, start);
  switch (kind) {
    case 'overwritten':
      return Buffer.concat([before, bytes, content.subarray(start + bytes.length)]);
    case 'inserted':
      return Buffer.concat([before, bytes, content.subarray(start)]);
    case 'cut out':
      return Buffer.concat([before, content.subarray(start + bytes.length)]);
    case 'zeroed to the end':
      return Buffer.concat([before, Buffer.alloc(content.length - start)]);
  }
}

async function listedIn(folder: MemoryFolder): Promise<readonly string[]> {
  const opened = await openStore(folder);
  await opened.store.close();
  return opened.listed();
}

describe('a damaged journal', () => {
  it('is worth every line that is as it was written, whatever has befallen it', async () => {
    const { content, lines, folderWith } = await sampleJournal();
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { minLength: 1, maxLength: 3 }), async (mishaps) => {
        const damaged = mishaps.reduce(befall, content);
        const expected = listedBy(damaged, lines);
        const folder = folderWith(damaged);
        const opened = await openStore(folder);
        expect(opened.listed()).toEqual(expected);
        await opened.commit(registering('z'));
        expect(await listedIn(folder.afterKill())).toEqual([...expected, 'z']);
      }),
      { numRuns: 300 },
    );
  });

  it('is set aside, with everything that is whole in a snapshot, and another identity', async () => {
    const { name, content, lines, listed, folderWith } = await sampleJournal();
    const whole = await openStore(folderWith(content));
    const damaged = Buffer.from(content);
    const third = (lines[0]?.length ?? 0) + (lines[1]?.length ?? 0) + 20;
    damaged.writeUInt8(damaged.readUInt8(third) ^ 1, third);

    const folder = folderWith(damaged);
    const { events, stored, catalog } = await openStore(folder);
    expect(events).toMatchObject([
      {
        type: 'damaged',
        damage: { file: name, faults: ['line 3 is not what was written'] },
        asideAs: `${name}.damaged`,
      },
      { type: 'restored', instances: listed.at(-1)?.length },
    ]);
    // Whoever has seen revisions of the lost change must not compare them with those to come, nor go on from them.
    expect(stored.catalogId).not.toBe(whole.stored.catalogId);
    expect(stored.recent).toEqual([]);
    expect(catalog.revision).toBe(whole.catalog.revision);
    expect(folder.names).toEqual([
      'journal-00000001.damaged',
      'journal-00000002',
      'original',
      'snapshot-00000002',
    ]);
    expect(folder.contentOf(`${name}.damaged`)).toEqual(damaged);

    const again = await openStore(folder.afterKill());
    expect(again.events.map(({ type }) => type)).toEqual(['restored']);
    expect(again.stored.catalogId).toBe(stored.catalogId);
  });

  it('stays where it is while what is whole cannot be written elsewhere', async () => {
    const { name, content, folderWith } = await sampleJournal();
    const damaged = Buffer.concat([content.subarray(0, 400), content.subarray(402)]);
    const folder = folderWith(damaged);
    folder.fault = (operation) => (operation === 'append' ? 'ENOSPC' : undefined);
    const { events, listed } = await openStore(folder);
    expect(events.map(({ type }) => type)).toEqual([
      'snapshot_failed',
      'damaged',
      'write_failed',
      'restored',
    ]);
    expect(folder.contentOf(name)).toEqual(damaged);
    const before = listed();

    folder.fault = () => undefined;
    expect(await listedIn(folder.afterKill())).toEqual(before);
  });

  it('does not fill the log with what is wrong with it', async () => {
    const { content, folderWith } = await sampleJournal();
    const rubbish = Buffer.concat([content, Buffer.from('rubbish\n'.repeat(1000))]);
    const { events } = await openStore(folderWith(rubbish));
    const [damaged] = events;
    if (damaged?.type !== 'damaged') throw new Error('no damage was found');
    expect(damaged.damage.faults).toHaveLength(6);
    expect(damaged.damage.faults.at(-1)).toBe('and 995 more');
  });

  it('that cannot be read to its end is worth what can be read', async () => {
    const { name, content, folderWith } = await sampleJournal();
    const folder = folderWith(content);
    let pieces = 0;
    folder.fault = (operation) => (operation === 'read' && (pieces += 1) > 6 ? 'EIO' : undefined);
    const { events, listed } = await openStore(folder);
    expect(events).toMatchObject([{ type: 'damaged', damage: { file: name } }, { type: 'restored' }]);
    expect(listed().length).toBeGreaterThan(0);
  });

  it('may have its first line anywhere', async () => {
    const { content, folderWith } = await sampleJournal();
    // A second life, whose journal begins at a revision that could be taken for that of a change.
    const folder = folderWith(content);
    await (await openStore(folder)).commit(registering('y'));
    const journal = folder.contentOf('journal-00000002');
    folder.put('journal-00000002', Buffer.concat([Buffer.from('\n'), journal]));
    const { events, listed } = await openStore(folder.afterKill());
    expect(events.map(({ type }) => type)).toEqual(['damaged', 'restored']);
    expect(listed()).toContain('y');
  });

  it('may have lost its first line and nothing else', async () => {
    const { content, lines, listed, folderWith } = await sampleJournal();
    const opened = await openStore(folderWith(content.subarray(lines[0]?.length)));
    expect(opened.events.map(({ type }) => type)).toEqual(['damaged', 'restored']);
    expect(opened.listed()).toEqual(listed.at(-1));
  });

  it('is found missing', async () => {
    let folder = createMemoryFolder();
    for (const id of ['a', 'b', 'c']) {
      await (await openStore(folder)).commit(registering(id));
      folder = folder.afterKill();
    }
    await folder.remove('journal-00000002');
    const { events, listed } = await openStore(folder);
    expect(events).toMatchObject([
      { type: 'damaged', damage: { file: 'journal-00000003' } },
      { type: 'restored' },
    ]);
    expect(listed()).toEqual(['c']);
  });
});

describe('a damaged snapshot', () => {
  async function snapshotFolder(): Promise<MemoryFolder> {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, { shortJournalsBytes: 1000 });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      await opened.commit(registering(id));
      if (folder.names.some((name) => name.startsWith('snapshot') && !name.includes('.'))) break;
    }
    await opened.commit(registering('z'));
    await opened.store.close();
    return folder.afterKill();
  }

  const nameIn = (folder: MemoryFolder): string =>
    folder.names.find((name) => name.startsWith('snapshot')) ?? '';

  it('is worth every line that is whole, and the journal after it is too, whatever has befallen it', async () => {
    const folder = await snapshotFolder();
    const name = nameIn(folder);
    const content = folder.contentOf(name);
    const lines = linesIn(content);
    const whole = await listedIn(folder.afterKill());
    const after = whole.filter((id) => !content.toString().includes(`"instanceId":"${id}"`));
    expect(after).toContain('z');

    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { minLength: 1, maxLength: 3 }), async (mishaps) => {
        const damaged = mishaps.reduce(befall, content);
        const left = new Set(linesIn(damaged).map((line) => line.toString('latin1')));
        const inSnapshot = lines
          .filter((line) => left.has(line.toString('latin1')))
          .flatMap((line) => /"instanceId":"(\w)"/.exec(line.toString())?.[1] ?? []);
        const other = folder.afterKill();
        other.put(name, damaged);
        const expected = [...new Set([...inSnapshot, ...after])].sort();
        const opened = await openStore(other);
        expect(opened.listed()).toEqual(expected);
        expect(await listedIn(other.afterKill())).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('is found to be cut off, even between two lines', async () => {
    const folder = await snapshotFolder();
    const name = nameIn(folder);
    const content = folder.contentOf(name);
    folder.put(name, content.subarray(0, content.length - (linesIn(content).at(-1)?.length ?? 0)));
    const { events } = await openStore(folder);
    expect(events).toMatchObject([
      { type: 'damaged', damage: { file: name, faults: ['its end is missing'] } },
      { type: 'restored' },
    ]);
  });
});
