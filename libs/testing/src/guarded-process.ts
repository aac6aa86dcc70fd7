import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Account } from './databases/postgres-account';

/** A process that ends with this one, whatever ends this one: even `kill -9` leaves nothing running behind. */
export interface GuardedProcess {
  /** What it has written so far, standard output and standard error together. */
  output(): string;
  hasExited(): boolean;
  /** Sends a signal to the process itself; does nothing once it is gone. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Ends it by its `endsBy`; resolves once it is gone. */
  stop(): Promise<void>;
}

export interface GuardOptions {
  readonly account?: Account;
  /** A folder that the account may get into. */
  readonly cwd: string;
  /** Default: an interrupt. One that is to end while it is stopped (SIGSTOP) needs SIGKILL. */
  readonly endsBy?: 'INT' | 'KILL';
}

/** The shell holds the other end of a pipe: it closes when its owner stops it, and when its owner is no more. */
const GUARD = `
  ends_by=$1; shift
  trap '' INT TERM
  exec 3<&0
  "$@" 4>&- & process=$!
  echo "$process" >&4
  exec 4>&-
  { cat <&3 >/dev/null; kill -"$ends_by" "$process" 2>/dev/null; } &
  wait "$process"
`;

export function startGuarded(
  command: readonly string[],
  { account = {}, cwd, endsBy = 'INT' }: GuardOptions,
): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', endsBy, ...command], {
    ...account,
    cwd,
    stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  let hasExited = false;
  const exited = new Promise<void>((resolve) => {
    const exit = (): void => {
      hasExited = true;
      // The guard's other half waits for this and for nothing else.
      child.stdin?.end();
      resolve();
    };
    child.once('error', (error) => {
      output += error.message;
      exit();
    });
    child.once('exit', exit);
  });
  const id = processId(child);
  return {
    output: () => output,
    hasExited: () => hasExited,
    async signal(name) {
      const pid = await id;
      if (hasExited || pid === undefined) return;
      process.kill(pid, name);
    },
    stop() {
      child.stdin?.end();
      return exited;
    },
  };
}

/** The shell writes it as soon as it knows, and nothing if there is no process. */
async function processId(child: ChildProcess): Promise<number | undefined> {
  let text = '';
  // What was opened as a pipe for the parent to read is a Readable.
  for await (const part of (child.stdio[4] as Readable).setEncoding('utf8')) text += String(part);
  const pid = Number.parseInt(text, 10);
  return Number.isNaN(pid) ? undefined : pid;
}
