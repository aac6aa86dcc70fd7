import { spawn } from 'node:child_process';
import type { Account } from './postgres-account';

/** A process that ends with this one, whatever ends this one: even `kill -9` leaves nothing running behind. */
export interface GuardedProcess {
  /** What it has written so far, standard output and standard error together. */
  output(): string;
  hasExited(): boolean;
  /** Interrupts it; resolves once it is gone. */
  stop(): Promise<void>;
}

/** The shell holds the other end of a pipe: it closes when its owner stops it, and when its owner is no more. */
const GUARD = `
  trap '' INT TERM
  exec 3<&0
  "$@" & process=$!
  { cat <&3 >/dev/null; kill -INT "$process" 2>/dev/null; } &
  wait "$process"
`;

/** @param cwd a folder that the account may get into */
export function startGuarded(
  command: readonly string[],
  { account, cwd }: { account: Account; cwd: string },
): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', ...command], { ...account, cwd });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  let hasExited = false;
  const exited = new Promise<void>((resolve) => {
    const exit = (): void => {
      hasExited = true;
      // The guard's other half waits for this and for nothing else.
      child.stdin.end();
      resolve();
    };
    child.once('error', (error) => {
      output += error.message;
      exit();
    });
    child.once('exit', exit);
  });
  return {
    output: () => output,
    hasExited: () => hasExited,
    stop() {
      child.stdin.end();
      return exited;
    },
  };
}
