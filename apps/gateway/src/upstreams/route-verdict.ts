import type { RouteMatch } from '../routing/route-table';
import type { Destination } from './destination';

/** What is to be done with a request, by what is known of its path. */
export type RouteVerdict =
  | { readonly kind: 'go'; readonly destination: Destination }
  /** Wait for an instance or the registry; what to answer when none comes. */
  | {
      readonly kind: 'hold';
      readonly otherwise: 'NO_INSTANCE' | 'NOT_SYNCED';
      readonly destination?: Destination;
    }
  | { readonly kind: 'no-route' }
  | { readonly kind: 'ambiguous' }
  | {
      readonly kind: 'wrong-method';
      readonly allow: readonly string[];
      readonly routes: readonly Destination[];
    };

/** @param synced whether the registry has told everything once; until then an unknown path may only be unknown here */
export function routeVerdict(match: RouteMatch<Destination>, synced: boolean, now: number): RouteVerdict {
  if (match.kind === 'found') {
    const { route: destination } = match;
    if (destination.candidates(now).length > 0) return { kind: 'go', destination };
    // Its instances will be back: the registry keeps the path for the service for no longer than that is likely.
    return { kind: 'hold', otherwise: 'NO_INSTANCE', destination };
  }
  if (match.kind === 'ambiguous') return match;
  if (!synced) return { kind: 'hold', otherwise: 'NOT_SYNCED' };
  return match.kind === 'wrong-method' ? match : { kind: 'no-route' };
}
