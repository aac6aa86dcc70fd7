import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** What fits into a socket's address on every system (104 bytes on BSD, 108 on Linux, with a zero at the end). */
const LONGEST = 103;

/**
 * A path to a socket that is short enough for a socket's address; Node cuts off a longer one and uses what is left.
 * Linux knows a short name for any folder that is open; elsewhere a long path stays too long.
 */
export async function withSocketPath<T>(
  folder: string,
  name: string,
  use: (socketPath: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= LONGEST) return await use(path);
  if (process.platform !== 'linux') throw new Error(`${path} is too long for a socket`);
  const handle = await open(folder, 'r');
  try {
    return await use(`/proc/self/fd/${handle.fd}/${name}`);
  } finally {
    await handle.close();
  }
}
