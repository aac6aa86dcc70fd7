import type { ServerHttp2Session } from 'node:http2';
import { PingWatchdog } from '../http2/ping-watchdog';

/** Between two looks at a session, milliseconds. Too low costs; too high keeps for long what a broken session holds. */
export const LOOK_EVERY_MS = 3000;
/**
 * Looks between two PINGs, and for the answer to each. Counted in looks and not in time: after a stall of this process
 * the answer may have come and not been read.
 */
const LOOKS = 3;

/** Calls `onBroken` for a session that Node has given up without telling anybody (`PingWatchdog`). */
export function watchSession(session: ServerHttp2Session, everyMs: number, onBroken: () => void): void {
  const watchdog = new PingWatchdog(session, () => session.socket.bytesRead, LOOKS);
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    if (!session.destroyed && watchdog.isOverdue(looks)) onBroken();
  }, everyMs).unref();
  session.once('close', () => clearInterval(timer));
}
