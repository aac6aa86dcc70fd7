import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, startRawServer, startResettingServer, type SocketServer } from '@rollcall/testing';
import { createPrivateAuthority, startTlsTerminator } from '@rollcall/testing/certificates';
import { run, type Ran, type RunOptions } from './capture';
import { useRegistry } from './real-registry';

const dir = mkdtempSync(join(tmpdir(), 'rollcall-faults-'));
const file = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), mode);
  return join(dir, name);
};
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
const tokens = file(
  'tokens.yaml',
  `tokens:\n  - {name: reader, sha256: ${digest('reading')}, scopes: [read]}\n  - {name: writer, sha256: ${digest('writing')}, scopes: ['write:order']}\n`,
);
const registry = useRegistry({ REGISTRY_AUTH: 'on', REGISTRY_TOKENS_FILE: tokens });
const rollcall = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  run(args, { ...options, env: { REGISTRY_URL: registry.url, ...options.env } });

describe('a registry that asks for tokens', () => {
  it('is shown to who has one', async () => {
    const { code, stdout } = await rollcall(['whoami'], { env: { REGISTRY_TOKEN: 'reading' } });
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^reader, with the scopes read\n/),
    });
    const inFile = { REGISTRY_TOKEN_FILE: file('token', 'reading\n') };
    expect((await rollcall(['ls', '-o', 'name'], { env: inFile })).code).toBe(0);
    expect((await rollcall(['--token-file', inFile.REGISTRY_TOKEN_FILE, 'ls'])).code).toBe(0);
  });

  it.each([
    ['no token', {}, /^error: the registry: .*\n mend: set REGISTRY_TOKEN_FILE/],
    [
      'an unknown one',
      { REGISTRY_TOKEN: 'guessed' },
      /^error: the registry: .*\n mend: set REGISTRY_TOKEN_FILE/,
    ],
    [
      'one without the scope',
      { REGISTRY_TOKEN: 'writing' },
      /^error: the scope read is missing .*\n mend: rollcall whoami/,
    ],
  ])('says with %s what is missing, and ends with 4', async (_what, env, stderr) => {
    const ran = await rollcall(['ls'], { env });
    expect(ran).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(stderr) });
    expect(ran.stderr).not.toMatch(/guessed|writing/);
  });
});

describe('what answers in the place of a registry', () => {
  const HTML = '<!doctype html><title>\u001b[31mhello</title>';
  const http = (type: string, body: string, status = '200 OK'): string =>
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  it.each([
    ['a page', http('text/html', HTML), 'it answers with another document'],
    ['a page of an error', http('text/html', HTML, '404 Not Found'), 'it answers 404 with text/html'],
    ['a proxy', http('text/html', HTML, '502 Bad Gateway'), 'it answers 502 with text/html'],
    [
      'JSON of another program',
      http('application/json', '{"services":{}}'),
      'it answers with another document',
    ],
    ['a list', http('application/json', '[]'), 'it answers with another document'],
    [
      'an error of another program',
      http('application/json', '{"error":1}', '500 Oh'),
      'it answers 500 with application/json',
    ],
    ['a redirect', http('text/plain', '', '302 Found'), 'it answers 302 with text/plain'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'what answers is not HTTP'],
  ])('is named when it is %s, and the code is 5', async (_what, answer, why) => {
    const server = await startRawServer(answer);
    const ran = await rollcall(['ls'], { env: { REGISTRY_URL: server.url } });
    await server.close();
    expect(ran).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining(why) });
    expect(ran.stderr).toMatch(/\n mend: start it \(rollcall up\), or say where it is/);
    expect(ran.stderr).not.toContain('\u001b');
  });

  it('is named when it resets the connection, or breaks an answer off', async () => {
    const servers: SocketServer[] = [
      await startResettingServer(),
      await startRawServer(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"cat',
      ),
    ];
    for (const { url } of servers)
      expect(await rollcall(['ls'], { env: { REGISTRY_URL: url } })).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/^error: the registry at \S+ ended the connection \(ECONNRESET\)\n/),
      });
    await Promise.all(servers.map((server) => server.close()));
  });

  it('is told from nothing at all, with every address that was tried', async () => {
    const [one, other] = [await closedPort(), await closedPort()].map((port) => `http://127.0.0.1:${port}`);
    expect(await rollcall(['ls'], { env: { REGISTRY_URL: `${one},${other}` } })).toEqual({
      code: 5,
      stdout: '',
      stderr: `error: the registry at ${one} does not answer (ECONNREFUSED)\n       the registry at ${other} does not answer (ECONNREFUSED)\n mend: start it (rollcall up), or say where it is: REGISTRY_URL=… rollcall ls\n`,
    });
    const env = { REGISTRY_URL: `${one},${registry.url}`, REGISTRY_TOKEN: 'reading' };
    expect((await rollcall(['ls'], { env })).code).toBe(0);
  });

  it('may be a gateway that is away', async () => {
    const port = await closedPort();
    const ran = await rollcall(['routes'], { env: { GATEWAY_ADMIN_URL: `http://127.0.0.1:${port}` } });
    expect(ran).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(
        /^error: the gateway's admin port at \S+ does not answer \(ECONNREFUSED\)\n mend: .*GATEWAY_ADMIN_URL/,
      ),
    });
  });
});

describe('TLS', () => {
  it('verifies the certificate against the authority that is named', async () => {
    const authority = await createPrivateAuthority();
    const stranger = await createPrivateAuthority('somebody else');
    const front = await startTlsTerminator(registry.url, await authority.issue({ names: ['127.0.0.1'] }));
    const misnamed = await startTlsTerminator(
      registry.url,
      await authority.issue({ names: ['other.example'] }),
    );
    const env = { REGISTRY_URL: front.url, REGISTRY_TOKEN: 'reading' };
    const ours = { REGISTRY_CA_FILE: file('ca.pem', authority.ca) };
    expect((await rollcall(['whoami'], { env: { ...env, ...ours } })).code).toBe(0);
    for (const others of [{}, { REGISTRY_CA_FILE: file('other.pem', stranger.ca) }])
      expect(await rollcall(['whoami'], { env: { ...env, ...others } })).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(
          /not signed by an authority that is trusted here\n mend: set REGISTRY_CA_FILE/,
        ),
      });
    expect(
      await rollcall(['whoami'], { env: { ...env, ...ours, REGISTRY_URL: misnamed.url } }),
    ).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('its certificate is for other names\n mend: '),
    });
    await Promise.all([front.close(), misnamed.close()]);
  });

  it('is refused where the peer speaks plain HTTP', async () => {
    const plain = registry.url.replace('http:', 'https:');
    expect(await rollcall(['ls'], { env: { REGISTRY_URL: plain } })).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/it does not speak TLS there\n mend: write http:\/\/ in the address\n$/),
    });
  });
});

describe('a command line or settings that cannot be used', () => {
  it.each([
    [['lss'], {}, /unknown command 'lss'/],
    [['ls', '--stauts', 'up'], {}, /unknown option '--stauts'/],
    [['ls', '--status', 'down'], {}, /Allowed choices are starting, up/],
    [['ls', '-o', 'xml'], {}, /Allowed choices are table, wide, json, yaml, name/],
    [['explain', 'GET', 'orders'], {}, /orders is not a path/],
    [['ls'], { REGISTRY_URL: 'registry:8080' }, /^error: REGISTRY_URL: "registry:8080" must start with http/],
    [
      ['ls'],
      { REGISTRY_URL: 'http://a:secret@b' },
      /^error: REGISTRY_URL: "http:\/\/\*\*\*@b" must not carry credentials/,
    ],
    [['ls'], { REGISTRY_TOKEN: 'a', REGISTRY_TOKEN_FILE: 'b' }, /exclude each other/],
    [['ls'], { REGISTRY_TOKEN: 'two words' }, /^error: REGISTRY_TOKEN is no token/],
    [
      ['ls'],
      { REGISTRY_TOKEN_FILE: '/nonexistent' },
      /REGISTRY_TOKEN_FILE: \/nonexistent cannot be read: there is no such file/,
    ],
    [['ls'], { REGISTRY_CA_FILE: __filename }, /holds no certificate in PEM/],
    [['ls', '--profile', 'none'], {}, /there is no profile none/],
    [['up', '--port', '99999'], {}, /"99999" is not a port/],
  ])('%j with %j ends with 2, and shows no secret', async (args, env, fault) => {
    const ran = await rollcall(args, { env });
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(fault) });
    expect(ran.stderr).not.toMatch(/secret|two words/);
  });

  it('shows the help where nothing is asked', async () => {
    expect(await rollcall([])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Usage: rollcall/),
    });
    expect(await rollcall(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: rollcall/),
      stderr: '',
    });
  });
});

describe('what is not there', () => {
  it.each([
    [['get', 'nobody'], /^error: there is no instance nobody\n/],
    [['ls', 'nobody'], /^error: there is no service nobody\n/],
    [['explain', 'nobody'], /^error: there is no service nobody\n/],
    [['get', '\u001b[31mx'], /^error: there is no instance \\u001b\[31mx\n/],
  ])('%j ends with 3', async (args, stderr) => {
    const env = { REGISTRY_TOKEN: 'reading' };
    expect(await rollcall(args, { env })).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(stderr),
    });
  });
});

describe('profiles', () => {
  const home = join(dir, 'home');
  const profiles = join(home, 'rollcall/config.yaml');
  const write = (text: string, mode = 0o600): void => {
    mkdirSync(join(home, 'rollcall'), { recursive: true });
    writeFileSync(profiles, text);
    chmodSync(profiles, mode);
  };
  const env = { REGISTRY_URL: '', XDG_CONFIG_HOME: home };

  it('give what neither a flag nor the environment says, and files beside them', async () => {
    file('home-token', 'reading');
    write(
      `# mine\ncurrent: a\nprofiles:\n  a: {registry_url: '${registry.url}', token_file: ../../home-token}\n  b: {registry_url: 'http://127.0.0.1:1'}\n`,
    );
    expect((await rollcall(['ls'], { env })).code).toBe(0);
    expect((await rollcall(['ls', '--profile', 'b'], { env })).code).toBe(5);
    expect((await rollcall(['ls'], { env: { ...env, ROLLCALL_PROFILE: 'b' } })).code).toBe(5);
    expect((await rollcall(['ls'], { env: { ...env, REGISTRY_URL: 'http://127.0.0.1:1' } })).code).toBe(5);
    const { stdout } = await rollcall(['config', '-o', 'json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'a',
      profiles: ['a', 'b'],
      settings: {
        registry_url: { value: registry.url, source: 'profile a (registry_url)' },
        registry_token: { value: '***' },
      },
    });
    expect(stdout).not.toContain('reading');
  });

  it('are chosen by config use, and the file keeps what stands there', async () => {
    write(
      `# mine\nprofiles:\n  a: {registry_url: '${registry.url}'}\n  b: {registry_url: 'http://127.0.0.1:1'}\n`,
    );
    expect(await rollcall(['config', 'use', 'b'], { env })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'b is in use\n',
    });
    expect((await rollcall(['ls'], { env })).stderr).toContain('127.0.0.1:1 ');
    expect((await rollcall(['config', 'use', 'c'], { env })).code).toBe(3);
    const { stdout } = await rollcall(['config'], { env });
    expect(stdout).toContain('a, b (in use)');
  });

  it.each([[0o644], [0o640], [0o604]])('are refused with mode %o', async (mode) => {
    write('profiles: {}\n', mode);
    expect(await rollcall(['ls'], { env })).toMatchObject({
      code: 2,
      stderr: `error: ${profiles} can be read by others (mode ${mode.toString(8)}), and it may hold tokens\n mend: chmod 600 ${profiles}\n`,
    });
  });

  it('are refused with line and column where they have faults', async () => {
    write('profiles:\n  a: {registry: x}\n');
    expect(await rollcall(['ls'], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`^error: ${profiles}:2:7: profiles\\.a\\.registry is no key here`),
      ),
    });
  });
});
