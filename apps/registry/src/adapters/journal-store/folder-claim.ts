import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { codeOf } from './file-fault';
import type { Claim } from './folder';

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

/** Somebody who listens at a socket. */
interface Listener {
  /** The process it says it is; unknown when it does not answer, as a stopped one. */
  readonly pid: number | undefined;
}

/** The system takes the connection also for a process that is frozen; this is how long its answer is waited for. */
const ANSWER_TIMEOUT_MS = 500;

/** `undefined` when the process that made the socket lives no more. */
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

/** What fits into a socket's address on every system (104 bytes on BSD, 108 on Linux, with a zero at the end). */
const LONGEST = 103;

/**
 * A path to a socket that is short enough for a socket's address; Node cuts off a longer one and uses what is left.
 * Linux knows a short name for any folder that is open; elsewhere a long path stays too long.
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
