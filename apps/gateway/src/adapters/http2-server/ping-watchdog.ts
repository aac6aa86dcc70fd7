import type { Http2Session } from 'node:http2';

/** How often a session is asked for a sign of life, milliseconds. Too low costs; too high keeps dead sessions. */
export const PING_EVERY_MS = 5000;
/** Intervals without one after which a session is dead. */
const MOST_MISSED = 3;

/**
 * Whether this version of Node keeps sessions for ever after some violations of the protocol, also when the other end
 * has gone: 20.20 does, with its streams and its socket and without any event; 22.23 and 24 do not.
 */
export function leaksSessions(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 23);
}

/** Asks a session for PING's answer again and again, until it is closed or `onDead` was called. */
export function watchByPing(session: Http2Session, everyMs: number, onDead: () => void): void {
  let missed = 0;
  const timer = setInterval(() => {
    missed += 1;
    if (missed > MOST_MISSED) {
      clearInterval(timer);
      onDead();
    } else if (!session.destroyed) session.ping(() => (missed = 0));
  }, everyMs).unref();
  session.once('close', () => clearInterval(timer));
}
