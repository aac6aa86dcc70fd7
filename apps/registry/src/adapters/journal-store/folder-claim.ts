import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { codeOf } from './file-fault';
import type { Claim } from './folder';

/**
 * How long to wait for another process to release the folder, milliseconds. Too short: a registry that starts while the
 * previous one is still stopping gives up. Too long: a mistake is noticed that much later.
 */
const PATIENCE_MS = 2000;
const CLAIM = 'in-use-';

/**
 * Locks a folder for this process by a listening socket in it. Node has no file locks, and a pid file does not help in
 * containers, where every registry has the same pid; a socket accepts connections exactly as long as its process lives.
 * Each process creates its socket before it looks for others, so of two concurrent ones at least one sees the other and
 * backs off.
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
    // Random, so that two processes that backed off do not collide again and again.
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
    // Renamed once it listens, so that no process takes it for the socket of a dead one.
    await withSocketPath(path, `claim-${id}`, (socketPath) => {
      return new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(socketPath, resolve);
      });
    });
    // The socket must not keep the process alive.
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

/** Another living process with a claim. Sockets of dead processes are removed. */
async function findOther(path: string, mine: string): Promise<Listener | undefined> {
  for (const name of await readdir(path)) {
    if (!name.startsWith(CLAIM) || name === mine) continue;
    const listener = await withSocketPath(path, name, whoListensAt);
    if (listener !== undefined) return listener;
    await rm(join(path, name), { force: true });
  }
  return undefined;
}

/** The process that listens at a socket. */
interface Listener {
  /** Its pid as it answers it; `undefined` if it does not answer, as a stopped process. */
  readonly pid: number | undefined;
}

/** How long to wait for the answer, milliseconds: the kernel accepts connections for a frozen process, too. */
const ANSWER_TIMEOUT_MS = 500;

/** `undefined` when the process of the socket is dead. */
function whoListensAt(socketPath: string): Promise<Listener | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(socketPath);
    socket.setEncoding('utf8').setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.on('data', (text: string) => (answer += text));
    socket.once('close', () => resolve({ pid: Number.parseInt(answer, 10) || undefined }));
    socket.on('error', (error) => {
      if (['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '')) resolve(undefined);
    });
  });
}

/** Longest path of a socket's address on every system (104 bytes on BSD, 108 on Linux, with a trailing zero). */
const LONGEST = 103;

/**
 * Calls `use` with a path that fits into a socket's address; Node truncates a longer one silently. Linux has a short path
 * for every open folder (/proc/self/fd); on other systems a long path is an error.
 */
async function withSocketPath<T>(
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
