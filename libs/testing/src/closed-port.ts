import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Below the ports that systems choose for connections and for servers that ask for any (Linux from 32,768, others from
 * 49,152), and below those that `rollcall run --port auto` draws from: from those, another program would be given the
 * same port while the one that is to use it starts, or is away. Above those that `fetch` refuses, as browsers do
 * (https://fetch.spec.whatwg.org/#port-blocking), the highest of which is 10,080.
 */
const LOWEST = 11_000;
const COUNT = 9_000;

/** A file for each port that was given, with the process that it was given to: suites run in several at a time. */
const RESERVATIONS = join(tmpdir(), `rollcall-test-ports-${userInfo().uid}`);

/**
 * A port of 127.0.0.1 at which a connection is refused: nothing listens there. Given to nobody else on this machine for
 * as long as this process runs.
 */
export async function closedPort(): Promise<number> {
  mkdirSync(RESERVATIONS, { recursive: true });
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (reserve(port) && (await isFree(port))) return port;
  }
}

function reserve(port: number): boolean {
  const file = join(RESERVATIONS, String(port));
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // Of a process that has ended: whoever draws it next may have it, and this one draws another.
    if (holderOf(file) === 'ended') rmSync(file, { force: true });
    return false;
  }
}

function holderOf(file: string): 'running' | 'ended' {
  try {
    const pid = readFileSync(file, 'utf8');
    // It is just being written.
    if (pid === '') return 'running';
    return isRunning(Number(pid)) ? 'running' : 'ended';
  } catch {
    return 'running';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
