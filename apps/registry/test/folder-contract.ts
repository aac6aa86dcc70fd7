import type { Folder } from '../src/adapters/journal-store/folder';

/** What the journal store relies on in every folder. */
export function describeFolder(name: string, create: () => Promise<Folder>): void {
  describe(`${name}, as a folder`, () => {
    async function claimed(): Promise<Folder> {
      const folder = await create();
      const claim = await folder.claim();
      if (claim.kind === 'taken') throw new Error('taken');
      releases.push(() => claim.release());
      return folder;
    }
    const releases: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const release of releases.splice(0)) await release();
    });

    async function text(folder: Folder, file: string): Promise<string> {
      const pieces: Uint8Array[] = [];
      for await (const piece of folder.read(file)) pieces.push(Uint8Array.from(piece));
      return Buffer.concat(pieces).toString();
    }

    async function write(folder: Folder, file: string, content: string): Promise<void> {
      const created = await folder.create(file);
      await created.append(Buffer.from(content));
      await created.sync();
      await created.close();
      await folder.sync();
    }

    it('gives back what was appended, in order', async () => {
      const folder = await claimed();
      const file = await folder.create('a');
      await file.append(Buffer.from('one '));
      await file.append(Buffer.from('two'));
      await file.sync();
      expect(await text(folder, 'a')).toBe('one two');
      await file.close();
    });

    it('reads content of any size to its end', async () => {
      const folder = await claimed();
      const content = 'abcdefg'.repeat(500_000);
      await write(folder, 'a', content);
      expect((await text(folder, 'a')) === content).toBe(true);
    });

    it('lets a reader go in the middle', async () => {
      const folder = await claimed();
      await write(folder, 'a', 'x'.repeat(3_000_000));
      for await (const piece of folder.read('a')) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
    });

    it('never creates a file twice', async () => {
      const folder = await claimed();
      await write(folder, 'a', 'first');
      await expect(folder.create('a')).rejects.toMatchObject({ code: 'EEXIST' });
      expect(await text(folder, 'a')).toBe('first');
    });

    it('lists what is there, under the name that it has now', async () => {
      const folder = await claimed();
      await write(folder, 'a', 'new');
      await write(folder, 'b', 'old');
      await folder.rename('a', 'b');
      const names = await folder.list();
      expect(names).toContain('b');
      expect(names).not.toContain('a');
      expect(await text(folder, 'b')).toBe('new');
    });

    it('removes, also what is not there', async () => {
      const folder = await claimed();
      await write(folder, 'a', '');
      await folder.remove('a');
      await folder.remove('a');
      expect(await folder.list()).not.toContain('a');
    });

    it('cannot read what is not there', async () => {
      const folder = await claimed();
      await expect(text(folder, 'a')).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('is claimed by one at a time', async () => {
      const folder = await create();
      const first = await folder.claim();
      expect(first.kind).toBe('held');
      expect((await folder.claim()).kind).toBe('taken');
      if (first.kind !== 'taken') await first.release();
      const second = await folder.claim();
      expect(second.kind).toBe('held');
      if (second.kind !== 'taken') await second.release();
    });
  });
}
