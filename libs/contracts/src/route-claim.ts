/**
 * A path that a service holds, by host and prefix: no other service is routed there, nor beneath it, nor around it.
 * It belongs to the service, not to an instance, so a rolling upgrade does not give it away. Times are epoch seconds.
 */
export interface RouteClaim {
  readonly path_prefix: string;
  /** Any host when absent. */
  readonly host?: string;
  /** When the service was given it. */
  readonly since: number;
  /** Since when no instance announces it; absent while one does. It is kept for the route memory, then released. */
  readonly unannounced_since?: number;
  /** What it was given by, a sentence. */
  readonly why: string;
}

/** A route that an instance announces and that its service was not given. */
export interface RefusedRoute {
  readonly path_prefix: string;
  readonly host?: string;
  readonly code: 'not_permitted' | 'held_by_another' | 'too_many_routes';
  /** Who holds the path, or what is missing, and what to do about it. */
  readonly reason: string;
}

/**
 * Tag of what the gateway's older calls register. Such an entry has no lease and is never evicted: once it is off the
 * list its owner took it off, so nobody waits for its return and its path is free at once.
 */
export const OLDER_CALL_TAG = 'older-call';
