import { trafficCandidates } from '@rollcall/registry-client';
import type { Upstream } from './upstream';

/**
 * Upstreams that the registry and the operators allow traffic to: without those that an operator has ejected, and of the
 * rest those that are `up`, or the `suspect` ones when none is.
 */
export function trafficUpstreams(upstreams: readonly Upstream[], now: number): readonly Upstream[] {
  return trafficCandidates(upstreams.filter((upstream) => upstream.manualEjection(now) === undefined));
}
