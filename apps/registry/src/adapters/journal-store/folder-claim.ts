import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Claim } from './folder';
import { withSocketPath } from './socket-path';
import { whoListensAt, type Listener } from './socket-owner';

/**
 * How long to wait for somebody else to let go, milliseconds. Too short: a registry that is started while the one
 * before it is still stopping gives up. Too long: a mistake is noticed that much later.
 */
const PATIENCE_MS = 2000;
const CLAIM = 'in-use-';

/**
 * Claims a folder for this process by a socket in it that listens. Node has no file locks, and a file with a process
 * number in it says little in a container, where every registry has the same one; a socket answers for exactly as
 * long as its process lives. Each process first announces itself and only then looks whether anybody else has, so of
 * two at the same time at least one sees the other, and steps back.
 */
export async function claimFolder(path: string, patienceMs = PATIENCE_MS): Promise<Claim> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const announcement = await announce(path);
    if ('error' in announcement) return { kind: 'unknown', ...announcement, release: async () => undefined };
    const { name, withdraw } = announcement;
    const other = await findOther(path, name);
    if (other === undefined) return { kind: 'held', release: withdraw };
    await withdraw();
    if (performance.now() > deadline) return { kind: 'taken', pid: other.pid };
    // By chance, so that two who have stepped back do not meet again and again.
    await new Promise((resolve) => setTimeout(resolve, 20 + randomBytes(1).readUInt8() / 2));
  }
}

type Announcement = { readonly name: string; withdraw(): Promise<void> } | { readonly error: unknown };

async function announce(path: string): Promise<Announcement> {
  const id = randomBytes(6).toString('hex');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${process.pid}\n`);
  });
  try {
    // It is given its name once it listens: nobody must take it for one whose process has ended.
    await withSocketPath(path, `claim-${id}`, (socketPath) => {
      return new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(socketPath, resolve);
      });
    });
    // It lives as long as the process, and does not keep it alive.
    server.unref();
    const name = CLAIM + id;
    await rename(join(path, `claim-${id}`), join(path, name));
    const withdraw = async (): Promise<void> => {
      await rm(join(path, name), { force: true });
      server.close();
    };
    return { name, withdraw };
  } catch (error) {
    server.close();
    return { error };
  }
}

/** Another process that has announced itself and lives. What those have left that live no more is removed. */
async function findOther(path: string, mine: string): Promise<Listener | undefined> {
  for (const name of await readdir(path)) {
    if (!name.startsWith(CLAIM) || name === mine) continue;
    const listener = await withSocketPath(path, name, whoListensAt);
    if (listener !== undefined) return listener;
    await rm(join(path, name), { force: true });
  }
  return undefined;
}
