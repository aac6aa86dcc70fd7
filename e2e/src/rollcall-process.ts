import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startNode, type NodeProcess, type StartNodeOptions } from './node-process';
import { isAlive, killIfAlive } from './process-tree';

const MAIN = join(__dirname, '../../apps/cli/dist/main.js');
const PLAIN_PROGRAM = join(__dirname, 'plain-program.js');

/** The command `rollcall` in a process of its own, as it was built. */
export function startRollcall(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: Pick<StartNodeOptions, 'cwd' | 'under'> = {},
): NodeProcess {
  return startNode([MAIN, ...args], {
    ...options,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
  });
}

/** `rollcall run` with its program. */
export interface WrappedProgram extends NodeProcess {
  /** The id under which the program is, or will be, registered. */
  readonly instanceId: string;
  /** The process id of the program, once it has been started. */
  programPid(): Promise<number>;
  /** Resolves once it has written this, on either stream. */
  wrote(text: string | RegExp): Promise<void>;
  /** Kills `rollcall` alone; the program goes on, with the output that both have. */
  killAlone(): Promise<unknown>;
  /** Kills both, whatever is left of them. */
  kill(): Promise<void>;
}

let made = 0;

/** Without a command it runs `plain-program.js`. */
export function startWrapped(
  registryUrl: string,
  {
    options = [],
    command,
    env = {},
    ...surroundings
  }: {
    readonly options?: readonly string[];
    readonly command?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } & Pick<StartNodeOptions, 'cwd' | 'under'>,
): WrappedProgram {
  made += 1;
  const instanceId = `wrapped-${process.pid}-${made}`;
  const run = startRollcall(
    [
      ...['run', '--service', 'plain', '--port', 'auto', '--instance-id', instanceId, ...options, '--'],
      ...(command ?? [process.execPath, PLAIN_PROGRAM]),
    ],
    { REGISTRY_URL: registryUrl, ...env },
    surroundings,
  );
  const pidWritten = (): string | undefined =>
    /^rollcall: started .*, process (\d+);/m.exec(run.output())?.[1];

  return {
    ...run,
    instanceId,
    programPid: async () => Number(await eventually(pidWritten, { timeoutMs: 30_000 })),
    async wrote(text) {
      await eventually(
        () => {
          const output = run.output();
          if (typeof text === 'string' ? output.includes(text) : text.test(output)) return true;
          throw new Error(`it has not written ${String(text)}, but:\n${output}`);
        },
        { timeoutMs: 30_000 },
      );
    },
    killAlone() {
      killIfAlive(run.pid);
      return eventually(() => !isAlive(run.pid));
    },
    async kill() {
      killIfAlive(run.pid);
      // In a namespace it has another number out here, and ends with its process 1.
      const pid = surroundings.under === undefined ? pidWritten() : undefined;
      if (pid !== undefined) killIfAlive(-Number(pid));
      await run.exited;
    },
  };
}

export const plainProgram = (...args: readonly string[]): readonly string[] => [
  process.execPath,
  PLAIN_PROGRAM,
  ...args,
];
