import type { Ejection, UpstreamView } from '@rollcall/contracts';
import type { Upstreams } from '../upstreams/upstreams';
import type { Upstream } from '../upstreams/upstream';

export interface OperateDeps {
  readonly upstreams: Upstreams;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** An id is unique within its service only. */
export type UpstreamName = Pick<UpstreamView, 'service' | 'instance_id'>;

/**
 * Gives an instance no more requests, of this gateway alone: the catalog does not change.
 *
 * @returns `undefined` when no such instance is listed
 */
export function ejectUpstream(
  deps: OperateDeps,
  target: UpstreamName,
  { reason, for_ms: forMs = Infinity }: Ejection,
): Upstream | undefined {
  const upstream = upstreamNamed(deps.upstreams, target);
  upstream?.eject(reason, deps.now() + forMs);
  return upstream;
}

/** Ends whatever ejection there is, by hand or for failures. */
export function restoreUpstream({ upstreams }: OperateDeps, target: UpstreamName): Upstream | undefined {
  const upstream = upstreamNamed(upstreams, target);
  upstream?.restore();
  return upstream;
}

function upstreamNamed(
  upstreams: Upstreams,
  { service, instance_id: id }: UpstreamName,
): Upstream | undefined {
  return upstreams.of(service).find((upstream) => upstream.id === id);
}
