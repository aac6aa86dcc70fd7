import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { run } from './capture';
import { useRegistry } from './real-registry';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-tokens-'));
const inForce = join(folder, 'in-force.yaml');
const FIRST = 'a-token-that-is-long-enough';
writeFileSync(
  inForce,
  `# ours\ntokens:\n  - name: first\n    token: ${FIRST}\n    scopes: [read] # looks\n`,
  {
    mode: 0o640,
  },
);
const registry = useRegistry({ REGISTRY_AUTH: 'on', REGISTRY_TOKENS_FILE: inForce });
afterAll(() => rmSync(folder, { recursive: true }));

const whoami = (token: string) =>
  run(['whoami', '-o', 'json'], { env: { REGISTRY_URL: registry.url, REGISTRY_TOKEN: token } });

describe('token new', () => {
  it('makes a token that the registry takes from its file, in which all else stays', async () => {
    const { mode } = statSync(inForce);
    const made = await run(['token', 'new', 'ci', '--scope', 'read', 'write:shop', '--file', inForce]);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[A-Za-z0-9_-]{43}\n$/) });
    const secret = made.stdout.trim();
    const known = await eventually(
      async () => {
        const { code, stdout } = await whoami(secret);
        return code === 0 && stdout;
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
    expect(JSON.parse(known)).toMatchObject({ name: 'ci', scopes: ['read', 'write:shop'] });
    expect((await whoami(FIRST)).code).toBe(0);

    const text = readFileSync(inForce, 'utf8');
    expect(text).toContain('# ours');
    expect(text).toContain('# looks');
    expect(text).not.toContain(secret);
    expect(made.stderr).not.toContain(secret);
    expect(statSync(inForce).mode).toBe(mode);
  });

  it('makes a file that others cannot read where there is none', async () => {
    const file = join(folder, 'fresh.yaml');
    const options = ['--scope', 'write:shop', '--route', '/a', '/b', '--file', file];
    expect((await run(['token', 'new', 'shop', ...options])).code).toBe(0);
    expect(
      (await run(['token', 'new', 'ops', '--scope', 'admin'], { env: { REGISTRY_TOKENS_FILE: file } })).code,
    ).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(await run(['token', 'check', file])).toEqual({
      code: 0,
      stdout: 'NAME  SCOPES\nshop  write:shop\nops   admin\n',
      stderr: '',
    });
  });

  it('keeps a JSON file JSON', async () => {
    const file = join(folder, 'tokens.json');
    writeFileSync(
      file,
      JSON.stringify({
        tokens: [{ name: 'a', sha256: '0'.repeat(64), scopes: ['read'] }],
        routes: { a: ['/x'] },
      }),
    );
    expect((await run(['token', 'new', 'b', '--scope', 'read', '--file', file])).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      tokens: [{ name: 'a' }, { name: 'b' }],
      routes: { a: ['/x'] },
    });
  });

  it('writes what is to be added where no file is named', async () => {
    const { code, stdout, stderr } = await run(['token', 'new', 'ci', '--scope', 'read']);
    expect(code).toBe(0);
    expect(stderr).toContain('"name":"ci"');
    expect(stderr).not.toContain(stdout.trim());
  });

  it.each([
    ['a scope that there is not', ['ci', '--scope', 'everything'], /must be read, admin, write/],
    ['a name that is taken', ['registry', '--scope', 'read'], /a name the registry uses itself/],
    ['other scopes for a name', ['first', '--scope', 'admin'], /has with other scopes/],
  ])('refuses %s, and leaves the file alone', async (_what, args, fault) => {
    const before = readFileSync(inForce, 'utf8');
    const refused = await run(['token', 'new', ...args, '--file', inForce]);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(fault) });
    expect(readFileSync(inForce, 'utf8')).toBe(before);
  });
});

describe('token check', () => {
  const written = (text: string, mode = 0o600): string => {
    const file = join(folder, 'checked.yaml');
    rmSync(file, { force: true });
    writeFileSync(file, text);
    // Whatever the umask.
    chmodSync(file, mode);
    return file;
  };

  it('tells every fault with its place, and no secret', async () => {
    const file = written('tokens:\n  - name: a b\n    token: secret-of-somebody\n    scopes: [red]\n');
    const { code, stderr } = await run(['token', 'check', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/checked\.yaml:2:\d+/);
    expect(stderr).toMatch(/checked\.yaml:4:\d+/);
    expect(stderr).not.toContain('secret-of-somebody');
  });

  it('warns of tokens that stand in it as they are, and fails where others can read them', async () => {
    const text = `tokens:\n  - name: a\n    token: ${FIRST}\n    scopes: [read]\n`;
    const kept = await run(['token', 'check', written(text)]);
    expect(kept).toMatchObject({ code: 0, stderr: expect.stringContaining('the tokens of a stand in it') });
    const open = await run(['token', 'check', written(text, 0o644)]);
    expect(open).toMatchObject({ code: 1, stderr: expect.stringContaining('chmod 600') });
    expect(open.stdout + open.stderr).not.toContain(FIRST);
  });

  it.each([[[]], [['/no/such/file']]])('says when there is no file: %j', async (args) => {
    expect((await run(['token', 'check', ...args])).code).toBe(2);
  });
});
