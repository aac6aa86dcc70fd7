import { secretDigest } from '@rollcall/service-kit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenFile } from './token-file';

const TOKEN = 'bq5Hk2-0Qz.pretend';

describe('a token file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-tokens-'));
    path = join(folder, 'tokens');
  });

  afterEach(() => rm(folder, { recursive: true }));

  const readingOf = async (text: string) => {
    await writeFile(path, text);
    return createTokenFile(path).read();
  };

  const expected = { tokens: [{ name: 'ci', digest: secretDigest(TOKEN), scopes: ['read', 'write:*'] }] };

  it('may be YAML', async () => {
    const text = `# rotated on Mondays\ntokens:\n  - name: ci\n    token: ${TOKEN}\n    scopes: [read, 'write:*']\n`;
    expect(await readingOf(text)).toEqual(expected);
  });

  it('may be JSON', async () => {
    const document = { tokens: [{ name: 'ci', token: TOKEN, scopes: ['read', 'write:*'] }] };
    expect(await readingOf(JSON.stringify(document))).toEqual(expected);
    expect(await readingOf(JSON.stringify(document, null, 2))).toEqual(expected);
  });

  it('is read anew each time', async () => {
    const file = createTokenFile(path);
    await writeFile(path, `tokens: [{name: ci, token: ${TOKEN}, scopes: [read]}]`);
    expect(await file.read()).toHaveProperty('tokens.0.name', 'ci');
    await writeFile(path, `tokens: [{name: cd, token: ${TOKEN}, scopes: [read]}]`);
    expect(await file.read()).toHaveProperty('tokens.0.name', 'cd');
  });

  it('may be away', async () => {
    expect(await createTokenFile(path).read()).toEqual({ faults: [`${path}: there is no such file`] });
  });

  it('may be a folder', async () => {
    expect(await createTokenFile(folder).read()).toEqual({
      faults: [`${folder}: it is a folder and not a file`],
    });
  });

  it('may be empty, or cut off', async () => {
    expect(await readingOf('')).toHaveProperty('faults');
    expect(await readingOf('{"tokens": [{"name": "ci", "tok')).toHaveProperty('faults');
  });

  it('says where it is no YAML, without repeating what stands there', async () => {
    const reading = await readingOf(`tokens:\n  - name: ci\n    token: "${TOKEN}\n`);
    expect(reading).toEqual({
      faults: expect.arrayContaining([expect.stringMatching(/tokens:\d+:\d+: not YAML/)]),
    });
    expect(JSON.stringify(reading)).not.toContain(TOKEN);
  });

  it('does not swell by references to itself', async () => {
    const levels = Array.from({ length: 12 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`);
    expect(await readingOf(`l0: &l0 [x]\n${levels.join('\n')}`)).toHaveProperty('faults');
  });

  it('is not read when it is too large', async () => {
    expect(await readingOf(`# ${'x'.repeat(1024 * 1024)}`)).toEqual({
      faults: [expect.stringContaining('larger')],
    });
  });
});
