import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { endWithParent } from './end-with-parent';

/** A real process that runs a TypeScript file from source. It ends with this one, whatever ends this one. */
export interface TypeScriptProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has written so far, standard output and standard error together. */
  output(): string;
  /** Its exit code, or the signal that ended it; resolves once it is gone and its output is whole. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/**
 * @param options.env added to this process's own environment, without what Jest put there
 * @param options.nodeArgs for Node itself, before the file
 * @param options.packages those of this workspace from source too (default), or as they were built
 */
export function startTypeScript(
  file: string,
  options: {
    args?: string[];
    env?: NodeJS.ProcessEnv;
    packages?: 'source' | 'built';
    nodeArgs?: readonly string[];
  } = {},
): TypeScriptProcess {
  const { NODE_ENV: _fromJest, ...inherited } = process.env;
  // Not as an argument: threads that are given arguments of their own would resolve to what was built, or was not yet.
  const resolution =
    options.packages === 'built'
      ? {}
      : { NODE_OPTIONS: `${inherited['NODE_OPTIONS'] ?? ''} -C @rollcall/source` };
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeArgs ?? []),
      '-r',
      endWithParent,
      '-r',
      require.resolve('../register-typescript.js'),
      file,
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, ...resolution, ...options.env, STARTED_BY: String(process.pid) },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code ?? 0));
  });
  return { child, output: () => output, exited };
}
