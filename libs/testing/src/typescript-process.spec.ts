import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { startTypeScript } from './typescript-process';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a process that a spec has started', () => {
  it('ends with the process that started it, even when that one is killed', async () => {
    const parent = startTypeScript(require.resolve('../test/processes/starting-process.ts'));
    const [, pid] = await eventually(() => /started (\d+)/.exec(parent.output()) ?? undefined, {
      timeoutMs: 30_000,
    });
    expect(isAlive(Number(pid))).toBe(true);

    parent.child.kill('SIGKILL');

    await eventually(() => !isAlive(Number(pid)), { timeoutMs: 30_000 });
  });

  it('runs its file as that is now, whatever was kept of it before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-typescript-'));
    const file = join(folder, 'say.ts');
    const said = async (words: string) => {
      writeFileSync(file, `const said: string = '${words}'; console.log(said);`);
      const { exited, output } = startTypeScript(file);
      expect(await exited).toBe(0);
      return output();
    };

    expect(await said('first')).toBe('first\n');
    expect(await said('second')).toBe('second\n');
    expect(await said('first')).toBe('first\n');
    rmSync(folder, { recursive: true });
  });
});
