import type { Fleet } from '../upstreams/fleet';
import type { Upstream } from '../upstreams/upstream';

export interface Ejection {
  readonly reason: string;
  /** Milliseconds; until it is restored when absent. */
  readonly for_ms?: number;
}

export interface OperateDeps {
  readonly fleet: Fleet;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/**
 * Gives an instance no more requests, of this gateway alone: the catalog does not change.
 *
 * @returns `undefined` when no such instance is listed
 */
export function ejectUpstream(
  deps: OperateDeps,
  id: string,
  { reason, for_ms: forMs = Infinity }: Ejection,
): Upstream | undefined {
  const upstream = upstreamById(deps.fleet, id);
  upstream?.eject(reason, deps.now() + forMs);
  return upstream;
}

/** Ends whatever ejection there is, by hand or for failures. */
export function restoreUpstream({ fleet }: OperateDeps, id: string): Upstream | undefined {
  const upstream = upstreamById(fleet, id);
  upstream?.restore();
  return upstream;
}

function upstreamById(fleet: Fleet, id: string): Upstream | undefined {
  return fleet
    .services()
    .flatMap((service) => fleet.of(service))
    .find((upstream) => upstream.id === id);
}
