import { once } from 'node:events';
import { get as getPlain } from 'node:http';
import { get as getOverTls } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;

/** Resolves once the address answers 200. Rejects when the signal is aborted. */
export async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  while (!(await isReady(url, signal))) await pause(POLL_MS, undefined, { signal });
}

function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    // Whose certificate it is does not matter here: nothing is told, and nothing believed but a status.
    const get = url.startsWith('https:') ? getOverTls : getPlain;
    const request = get(url, { agent: false, rejectUnauthorized: false, signal }, (response) => {
      response.resume();
      response.once('close', () => resolve(response.statusCode === 200));
    });
    request.once('error', () => resolve(false));
  });
}

/**
 * Each port itself, or one that is free for 0; `undefined` for what something listens on already, one of the others
 * included. All are held until the last is found: one that was let go is given again.
 */
export async function freePorts(ports: readonly number[]): Promise<readonly (number | undefined)[]> {
  const servers: (Server | undefined)[] = [];
  for (const port of ports) servers.push(await listening(port));
  const found = servers.map((server) => (server?.address() as AddressInfo | undefined)?.port);
  await Promise.all(servers.map(closed));
  return found;
}

async function closed(server: Server | undefined): Promise<void> {
  if (server !== undefined) await once(server.close(), 'close');
}

function listening(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server));
  });
}
