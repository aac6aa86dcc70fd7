import type { Ejection } from '@rollcall/contracts';
import type { Upstreams } from '../upstreams/upstreams';
import type { Upstream } from '../upstreams/upstream';

export interface OperateDeps {
  readonly upstreams: Upstreams;
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
  const upstream = upstreamById(deps.upstreams, id);
  upstream?.eject(reason, deps.now() + forMs);
  return upstream;
}

/** Ends whatever ejection there is, by hand or for failures. */
export function restoreUpstream({ upstreams }: OperateDeps, id: string): Upstream | undefined {
  const upstream = upstreamById(upstreams, id);
  upstream?.restore();
  return upstream;
}

function upstreamById(upstreams: Upstreams, id: string): Upstream | undefined {
  return upstreams
    .serviceNames()
    .flatMap((service) => upstreams.of(service))
    .find((upstream) => upstream.id === id);
}
