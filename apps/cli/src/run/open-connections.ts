import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** States in which an answer may still be under way (linux/include/net/tcp_states.h): ESTABLISHED, CLOSE_WAIT. */
const IN_USE: ReadonlySet<string> = new Set(['01', '08']);
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const LOOK_AGAIN_MS = 20;

/** How many connections to a local port a table of the kernel (`/proc/net/tcp`) has. */
export function connectionsTo(port: number, table: string): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').filter((line) => {
    const [, local = '', , state = ''] = line.trim().split(/\s+/);
    return local.endsWith(`:${hex}`) && IN_USE.has(state);
  }).length;
}

/**
 * Waits until no connection to the port is open, so that what was sent before the callers let go is answered also by a
 * program that a signal ends at once. Where the kernel has no such tables it does not wait.
 *
 * @returns how many are left
 */
export async function untilUnused(port: number, withinMs: number): Promise<number> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const count = await openConnections(port);
    if (count === 0 || performance.now() >= deadline) return count;
    await delay(LOOK_AGAIN_MS);
  }
}

async function openConnections(port: number): Promise<number> {
  const counts = await Promise.all(
    TABLES.map((file) =>
      readFile(file, 'utf8').then(
        (table) => connectionsTo(port, table),
        () => 0,
      ),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
