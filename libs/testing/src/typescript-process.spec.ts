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
});
