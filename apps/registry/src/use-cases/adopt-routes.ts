import type { ProposedChange } from '../catalog/changes/change';
import { decideRoutesAnew } from '../catalog/decisions/registration-decision';
import type { RouteBounds } from '../catalog/decisions/route-decision';
import type { Entry } from '../catalog/entry';
import { grantedRoutes } from '../catalog/instance/instance-record';
import { pathKeyOf } from '../catalog/routes/path-claim';
import { commitDecision } from './commit-decision';
import type { ApplyEventDeps } from './apply-event';
import { inParts } from './in-parts';

export interface AdoptRoutesDeps extends Pick<ApplyEventDeps, 'catalog' | 'store' | 'clock'> {
  readonly routeBounds: RouteBounds;
}

/**
 * Gives the listed services the paths that their instances announce and that no service holds yet, in the order in which
 * they registered: a catalog that an older version has kept knows no claims.
 *
 * @returns how many instances that concerned
 * @throws when the store refuses a change, after what it takes has been made
 */
export async function adoptRoutes(deps: AdoptRoutesDeps): Promise<number> {
  const entries = deps.catalog
    .services()
    .flatMap(({ serviceName }) => [...deps.catalog.entriesOf(serviceName)])
    .filter((entry) => hasUnheld(deps, entry))
    .sort((one, other) => one.record.registeredAt - other.record.registeredAt);
  // One after the other: who registered first is given the path, and the store may see them in any order.
  const { failures } = await inParts(entries, 1, async (part) => {
    for (const entry of part) await adopt(deps, entry);
  });
  if (failures.length > 0) throw failures[0];
  return entries.length;
}

function hasUnheld({ catalog }: AdoptRoutesDeps, { record }: Entry): boolean {
  const { serviceName } = record.registration;
  return grantedRoutes(record).some(
    (route) => catalog.claims.at(pathKeyOf(route))?.serviceName !== serviceName,
  );
}

async function adopt({ catalog, store, routeBounds }: AdoptRoutesDeps, entry: Entry): Promise<void> {
  await commitDecision<{ readonly change?: ProposedChange | undefined }>(store, () => {
    const { registeredAt } = entry.record;
    if (!catalog.isListed(entry)) return {};
    const options = { routeBounds, rights: { kind: 'any' }, epochMs: registeredAt, by: 'registry' } as const;
    return { change: decideRoutesAnew(catalog, entry, options) };
  });
}
