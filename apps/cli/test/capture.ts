import { runCli } from '../src/cli';

/** What one run of the command wrote, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** As on a terminal of so many columns; in a pipe without. */
  readonly columns?: number;
  /** Ends the command as a signal would. */
  readonly signal?: AbortSignal;
  /** What the person at the terminal answers. */
  readonly answers?: (question: string) => string;
  /** Hears of all that is written to standard output, as it is written. */
  readonly onStdout?: (text: string) => void;
}

/** Runs a command line in this process, with nothing of its environment. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { answers } = options;
  const written = { stdout: '', stderr: '' };
  const terminal = options.columns === undefined ? {} : { isTTY: true, columns: options.columns };
  const sink = (name: 'stdout' | 'stderr') => ({
    ...terminal,
    write(text: string): void {
      written[name] += text;
      if (name === 'stdout') options.onStdout?.(text);
    },
  });
  const code = await runCli(args, {
    env: { HOME: '/nonexistent', ...options.env },
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    signal: options.signal ?? new AbortController().signal,
    takeSignals: () => () => undefined,
    ask: answers && ((question) => Promise.resolve(answers(question))),
  });
  return { code, ...written };
}
