import { found, type PaletteEntry } from './palette';

const entries: readonly PaletteEntry[] = [
  'Services',
  'order',
  'order-shadow',
  'pre-order',
  'reorder',
  'order 7fc1',
].map((title) => ({ title, hint: '', run: () => undefined }));

const titles = (text: string) => found(entries, text).map(({ title }) => title);

test('the closest come first: begins so, has a word that does, has it', () => {
  expect(titles('ord')).toEqual(['order', 'order 7fc1', 'order-shadow', 'pre-order', 'reorder']);
});

test('an id is found by its beginning', () => {
  expect(titles('7fc')).toEqual(['order 7fc1']);
});

test('without a text everything is there, and what is not there is not found', () => {
  expect(titles('')).toEqual(entries.map(({ title }) => title));
  expect(titles('zzz')).toEqual([]);
});
