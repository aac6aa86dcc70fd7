import { createRestarter, type Restartable } from '../../serve/restarter';

/** Processes that end only when the spec says so. */
function createProcesses() {
  const started: { asked: boolean; killed: boolean; end: () => void }[] = [];
  const start = (): Restartable => {
    let end: () => void = () => undefined;
    const exited = new Promise<{ code: number; signal: null }>((resolve) => {
      end = () => resolve({ code: 0, signal: null });
    });
    const process = { asked: false, killed: false, end };
    started.push(process);
    return {
      exited,
      terminate: () => void (process.asked = true),
      kill: () => void (process.killed = true),
    };
  };
  return { started, start };
}

describe('createRestarter', () => {
  test('starts the next process only when the one before is gone', async () => {
    const processes = createProcesses();
    const restarter = createRestarter(processes.start);
    await restarter.restart();

    const restarted = restarter.restart();
    expect(processes.started).toMatchObject([{ asked: true }]);
    processes.started[0]?.end();
    await restarted;

    expect(processes.started).toHaveLength(2);
  });

  test('makes one restart of those asked for while one is under way', async () => {
    const processes = createProcesses();
    const restarter = createRestarter(() => {
      const child = processes.start();
      processes.started.at(-1)?.end();
      return child;
    });
    await restarter.restart();

    await Promise.all([restarter.restart(), restarter.restart(), restarter.restart()]);

    expect(processes.started).toHaveLength(3);
  });

  test('starts nothing any more once it has been stopped, and waits until the last process is gone', async () => {
    const processes = createProcesses();
    const restarter = createRestarter(processes.start);
    await restarter.restart();
    const restarted = restarter.restart();

    const stopped = restarter.stop();
    processes.started[0]?.end();
    await Promise.all([restarted, stopped]);

    expect(processes.started).toHaveLength(1);
  });
});
