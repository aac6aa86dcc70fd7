/** A tick that is later than this, milliseconds, means that the process did not run, and not that it was busy. */
const TOLERATED_LATENESS_MS = 1000;

/**
 * How long, milliseconds, nobody's lease may be ended because the registry itself has not been running (a frozen
 * container, a suspended machine): the heartbeats of that time are waiting in its sockets, or are about to be
 * sent again. As long as it was deaf, and no longer than everybody needs for the next heartbeat.
 */
export function graceAfterDeafness(latenessMs: number, heartbeatIntervalMs: number): number {
  return latenessMs <= TOLERATED_LATENESS_MS ? 0 : Math.min(latenessMs, heartbeatIntervalMs);
}
