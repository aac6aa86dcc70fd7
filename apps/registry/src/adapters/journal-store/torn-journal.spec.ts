import { openStore } from '../../../test/doubles/opened-store';
import { registering } from '../../../test/samples/sample-change';
import { linesIn, sampleJournal } from '../../../test/samples/sample-journal';

describe('a journal that ends in the middle', () => {
  it('is worth all its whole lines, wherever it ends', async () => {
    const { content, listed, folderWith } = await sampleJournal();
    for (let length = 0; length <= content.length; length += 1) {
      const folder = folderWith(content.subarray(0, length));
      const changes = Math.max(0, linesIn(content.subarray(0, length)).length - 1);

      const opened = await openStore(folder);
      // What comes after it is not mixed up with what was left of it.
      await opened.commit(registering('z'));
      const again = await openStore(folder.afterKill());
      const expected = [...(listed[changes] ?? []), 'z'];
      expect([length, ...opened.listed()]).toEqual([length, ...expected]);
      expect([length, ...again.listed()]).toEqual([length, ...expected]);
      expect([...opened.events, ...again.events].map(({ type }) => type)).not.toContain('damaged');
      expect(again.stored.catalogId).toBe(opened.stored.catalogId);
    }
  });

  it('goes on under the same identity as soon as its first line is whole', async () => {
    const { content, lines, folderWith } = await sampleJournal();
    const [header = Buffer.alloc(0)] = lines;
    const whole = await openStore(folderWith(content));
    const headerOnly = await openStore(folderWith(content.subarray(0, header.length)));
    const less = await openStore(folderWith(content.subarray(0, header.length - 1)));
    expect(headerOnly.stored.catalogId).toBe(whole.stored.catalogId);
    expect(less.stored.catalogId).not.toBe(whole.stored.catalogId);
  });

  it('is said to be one', async () => {
    const { content, folderWith } = await sampleJournal();
    const { events } = await openStore(folderWith(content.subarray(0, content.length - 10)));
    expect(events.map(({ type }) => type)).toEqual(['torn_end_dropped', 'restored']);
  });
});
