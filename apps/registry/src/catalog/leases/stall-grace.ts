/** A tick that is later than this, milliseconds, means that the process did not run, and not that it was busy. */
const TOLERATED_LATENESS_MS = 1000;

/**
 * The stall grace, milliseconds: how long no lease may be ended because the registry process itself was stalled (a
 * frozen container, a suspended machine). The heartbeats of that time are waiting in its sockets, or are about to be
 * sent again. It is as long as the stall, and no longer than one heartbeat interval.
 */
export function stallGrace(latenessMs: number, heartbeatIntervalMs: number): number {
  return latenessMs <= TOLERATED_LATENESS_MS ? 0 : Math.min(latenessMs, heartbeatIntervalMs);
}
