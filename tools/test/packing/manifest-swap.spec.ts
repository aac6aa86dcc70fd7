import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreManifest, restoreWhenForgotten, swapManifest } from '../../packing/manifest-swap';

const own = '{ "name": "ours",\n    "oddly": "formatted" }';
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rollcall-swap-'));
  writeFileSync(join(dir, 'package.json'), own);
});

afterEach(() => rmSync(dir, { recursive: true }));

const inPlace = () => readFileSync(join(dir, 'package.json'), 'utf8');

test('the other package.json is in place until the own one is put back, byte by byte', () => {
  swapManifest(dir, { name: 'published' });
  expect(JSON.parse(inPlace())).toEqual({ name: 'published' });

  restoreManifest(dir);
  expect(inPlace()).toBe(own);
  expect(readdirSync(dir)).toEqual(['package.json']);
});

test('putting back what is in place already changes nothing', () => {
  restoreManifest(dir);

  expect(inPlace()).toBe(own);
});

test('a second swap is refused: it would take the other package.json for the own one', () => {
  swapManifest(dir, { name: 'published' });

  expect(() => swapManifest(dir, { name: 'another' })).toThrow('another npm pack is at work');

  restoreManifest(dir);
  expect(inPlace()).toBe(own);
});

test('what was forgotten is put back, and not before its time', async () => {
  swapManifest(dir, { name: 'published' });
  const restored = restoreWhenForgotten(dir, 150);
  expect(inPlace()).not.toBe(own);

  await restored;
  expect(inPlace()).toBe(own);
});

test('what was put back in time is left alone', async () => {
  swapManifest(dir, { name: 'published' });
  const watching = restoreWhenForgotten(dir, 60_000);

  restoreManifest(dir);
  await watching;

  expect(inPlace()).toBe(own);
});
