import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to the command's standard input, which is then closed. */
  readonly input?: string;
  /** Whether people see its output while it runs; it is collected all the same. */
  readonly shown?: boolean;
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to standard output
 * @throws with everything it wrote, when it cannot start or its exit code is not 0
 */
export async function runCommand(
  [file, ...args]: readonly [string, ...string[]],
  { cwd, env, input = '', shown = false }: CommandOptions = {},
): Promise<string> {
  const child = spawn(file, args, { cwd, env, stdio: 'pipe' });
  let output = '';
  let everything = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      everything += text;
      if (stream === child.stdout) output += text;
      if (shown) process.stderr.write(text);
    });
  // A command that ended without reading its input is told apart by its exit code.
  child.stdin.on('error', () => undefined).end(input);

  const ending = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (ending !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${ending}:\n${everything}`);
  return output;
}
