/** The registry's usual lease and how often it is renewed, seconds. */
export interface UsualLease {
  readonly ttlSeconds: number;
  readonly heartbeatIntervalSeconds: number;
}

/**
 * How often an instance is to beat, seconds: as usual; for a lease shorter than the usual one at most a third of
 * it, so that two lost heartbeats in a row do not end it.
 */
export function heartbeatIntervalFor(ttlSeconds: number, usual: UsualLease): number {
  const { heartbeatIntervalSeconds } = usual;
  if (ttlSeconds === 0 || ttlSeconds >= usual.ttlSeconds) return heartbeatIntervalSeconds;
  return Math.max(1, Math.min(heartbeatIntervalSeconds, Math.floor(ttlSeconds / 3)));
}
