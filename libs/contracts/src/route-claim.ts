/**
 * A path that a service holds, by host and prefix: no other service is given it, nor a path inside or around it.
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
  /** Why the service was given it, a sentence. */
  readonly why: string;
}

/** A route that an instance announces and that its service was not given. */
export interface RefusedRoute {
  readonly path_prefix: string;
  readonly host?: string;
  readonly code: 'not_permitted' | 'held_by_another' | 'too_many_routes';
  /** Which service holds the path, or which permission is missing, and what to do about it. */
  readonly reason: string;
}

/**
 * Tag of instances that the gateway's legacy API registers. Such an instance has no lease and is never evicted: only its
 * owner deregisters it, so its path is released at once, without the route memory.
 */
export const OLDER_CALL_TAG = 'older-call';
