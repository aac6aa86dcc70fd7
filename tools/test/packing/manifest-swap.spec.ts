import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreManifest, swapManifest } from '../../packing/manifest-swap';

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
