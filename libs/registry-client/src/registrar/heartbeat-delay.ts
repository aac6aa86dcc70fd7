import type { Random } from '@rollcall/load-balancing';
import { jittered } from '../registry/backoff';

/** The first heartbeat comes early: its answer brings the interval, and what the registry wants mended. */
export const FIRST_HEARTBEAT_SECONDS = 2;
/** Whatever a registry says, it gets no more than ten heartbeats a second from one instance. */
const SHORTEST_MS = 100;
/** … and no fewer than one a day, the longest lease there is. */
const LONGEST_MS = 86_400_000;
/** Latest point in a lease for its renewal: leaves time for a second try. */
const LEASE_SHARE = 2 / 3;

/**
 * When to send the next heartbeat, milliseconds: the registry's interval, give or take a tenth, so that instances
 * started together drift apart, and inside the lease even if the interval is not.
 */
export function heartbeatDelayMs(intervalSeconds: number, ttlSeconds: number, random: Random): number {
  const interval = jittered(intervalSeconds * 1000, random);
  const latest = ttlSeconds > 0 ? ttlSeconds * 1000 * LEASE_SHARE : LONGEST_MS;
  return Math.max(SHORTEST_MS, Math.min(interval, latest));
}
