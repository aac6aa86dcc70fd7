import { trafficCandidates } from '@rollcall/registry-client';
import type { Upstream } from './upstream';

/**
 * Those that may get traffic by what the registry and the operators say: who was ejected by hand is not there, and then
 * the rule on `up` and `suspect` holds among the rest.
 */
export function trafficUpstreams(upstreams: readonly Upstream[], now: number): readonly Upstream[] {
  return trafficCandidates(upstreams.filter((upstream) => upstream.manualEjection(now) === undefined));
}
