import { existsSync } from 'node:fs';
import { eventually } from '@rollcall/testing';
import type { PinnedProcess } from './pinned-process';
import { withWorkbench, type Workbench } from './workbench';

const node = { path: process.execPath, version: process.version };
const sleeper = (name: string) => ({ name, command: node.path, args: ['-e', 'setInterval(() => {}, 1000)'] });

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('workbench', () => {
  it('ends what was started and removes its folder once the work is done', async () => {
    let folder = '';
    const started: PinnedProcess[] = [];
    const code = await withWorkbench(node, async (workbench: Workbench) => {
      folder = workbench.folder;
      started.push(workbench.start('subject', sleeper('one')), workbench.start('upstream', sleeper('two')));
      expect(started.map(({ pid }) => isThere(pid))).toEqual([true, true]);
    });
    expect(code).toBe(0);
    expect(started.map(({ pid }) => isThere(pid))).toEqual([false, false]);
    expect(existsSync(folder)).toBe(false);
  });

  it('does so when the work fails, and hands the failure on', async () => {
    let pid = 0;
    const failing = withWorkbench(node, async (workbench: Workbench) => {
      ({ pid } = workbench.start('subject', sleeper('one')));
      throw new Error('the peer answers with 3 bytes');
    });
    await expect(failing).rejects.toThrow('3 bytes');
    expect(isThere(pid)).toBe(false);
  });

  it('does so at Ctrl-C, although the work would go on, and starts nothing more', async () => {
    let pid = 0;
    let startedLate: () => PinnedProcess = () => {
      throw new Error('not set');
    };
    const code = await withWorkbench(node, async (workbench: Workbench) => {
      ({ pid } = workbench.start('subject', sleeper('one')));
      startedLate = () => workbench.start('subject', sleeper('late'));
      process.emit('SIGINT');
      await new Promise(() => undefined);
    });
    expect(code).toBe(130);
    expect(isThere(pid)).toBe(false);
    expect(startedLate).toThrow();
  });

  it('knows why a process ended by itself', async () => {
    await withWorkbench(node, async (workbench: Workbench) => {
      const child = workbench.start('subject', {
        name: 'broken',
        command: node.path,
        args: ['-e', 'console.error("no such option"); process.exit(3)'],
      });
      const failure = await eventually(() => child.failure());
      expect(failure).toMatch(/^ended with 3:\nno such option/);
    });
  });
});
