import { execFileSync } from 'node:child_process';
import { isNativeError } from 'node:util/types';

/** The process and everything that it and its children started, at this moment. */
export function processTree(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child !== undefined && parent !== undefined) parents.set(child, parent);
  }
  const tree = new Set([pid]);
  // Children can be listed before their parents, so look until nothing is added any more.
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const [child, parent] of parents) if (tree.has(parent)) tree.add(child);
  }
  return [...tree];
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** SIGKILL; nothing where it has ended by itself in the meantime. */
export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Node's own errors are no instances of the Error that Jest's sandbox has.
    if (!(isNativeError(error) && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
