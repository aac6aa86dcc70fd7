import { execFileSync, spawnSync } from 'node:child_process';
import { closedPort, eventually } from '@rollcall/testing';
import { run } from './capture';
import { useRegistry } from './real-registry';

const registry = useRegistry();

beforeAll(async () => {
  const instance = {
    service_name: 'order',
    instance_id: 'o-1',
    url: 'http://127.0.0.1:7001',
    ttl_seconds: 0,
  };
  await registry.register(instance);
  await registry.register({ ...instance, service_name: 'orchid', url: 'http://127.0.0.1:7002' });
});

async function complete(...words: string[]): Promise<readonly string[]> {
  const { code, stdout } = await run(['__complete', '--', ...words], { env: { REGISTRY_URL: registry.url } });
  expect(code).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it.each([
    [['dra'], ['drain']],
    [['guard', ''], ['release']],
    [['token', 'n'], ['new']],
    [
      ['completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    [['drain', '--wa'], ['--wait']],
    [['ls', '--reg'], ['--registry']],
    [['ls', '-o', 'j'], ['json']],
    [['ls', '--status', 'dr'], ['draining']],
    [
      ['ls', 'or'],
      ['orchid', 'order'],
    ],
    [['drain', 'ord'], ['order/o-1']],
    [['drain', 'order/o-1', 'orc'], ['orchid/o-1']],
    [['drain', '--service', 'orc'], ['orchid']],
    [['-o', 'json', 'out', '--reason', 'x', 'ord'], ['order/o-1']],
    [['out', '--reason', 'ord'], []],
    [['wait', 'order', ''], []],
    [['run', '--service', 'x', '--', 'or'], []],
    [['nothing', 'or'], []],
  ])('%j may be gone on with %j', async (words, found) => {
    // A registry that takes long once is not waited for.
    await eventually(async () => {
      expect(await complete(...words)).toEqual(found);
      return true;
    });
  });

  it('lists the commands, without those that are for no person', async () => {
    const commands = await complete('');
    expect(commands).toEqual(expect.arrayContaining(['doctor', 'drain', 'ls', 'run', 'up']));
    expect(commands).not.toContain('__complete');
  });

  it('completes commands also while no registry answers, and services not at all', async () => {
    const env = { REGISTRY_URL: `http://127.0.0.1:${await closedPort()}` };
    expect(await run(['__complete', '--', 'dra'], { env })).toMatchObject({ code: 0, stdout: 'drain\n' });
    expect(await run(['__complete', '--', 'ls', 'or'], { env })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('knows three shells', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({ code: 2 });
  });

  it.each(['bash', 'zsh', 'fish'])('writes a script that %s takes, where there is one', async (shell) => {
    const { code, stdout } = await run(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('rollcall __complete');
    const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0;
    if (isInstalled) execFileSync(shell, ['-n'], { input: stdout });
  });

  it('completes in bash', async () => {
    const { stdout } = await run(['completion', 'bash']);
    // What the script calls is a function here: each word that it hands on, in a line of its own.
    const probe = `rollcall() { printf '%s\\n' "$@"; }\n${stdout}\nCOMP_WORDS=(rollcall drain "a b" ord) COMP_CWORD=3\n_rollcall\nprintf '[%s]' "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', probe], { encoding: 'utf8' })).toBe(
      '[__complete][--][drain][a b][ord]',
    );
  });
});
