import { get as getPlain } from 'node:http';
import { get as getOverTls } from 'node:https';
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
