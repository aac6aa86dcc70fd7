import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog';
import { pathName } from '../routes/path-claim';
import type { StoredCatalog, StoredService } from '../stored-catalog';
import type { CommittedChange } from './change';

type Known = Pick<Catalog, 'service' | 'overrides' | 'revision' | 'services' | 'sizeOf'>;

/**
 * The changes that lead from the catalog to what the store has of it now, when those in between are lost: one for each
 * service that is another, in the order of the revisions. It says nothing of who did them.
 *
 * @returns `undefined` when there are none that lead there: the store has forgotten what is listed, or goes back in time
 */
export function catalogDifference(
  known: Known,
  { services }: Pick<StoredCatalog, 'services'>,
): readonly CommittedChange[] | undefined {
  const stored = new Set(services.map(({ serviceName }) => serviceName));
  if (known.services().some(({ serviceName }) => known.sizeOf(serviceName) > 0 && !stored.has(serviceName)))
    return undefined;
  const others = services.filter(
    ({ serviceName, revision }) => revision !== known.service(serviceName).revision,
  );
  if (others.some(({ revision }) => revision <= known.revision)) return undefined;
  return others
    .map((service) => differenceOf(known, service))
    .sort((one, other) => one.revision - other.revision);
}

function differenceOf(known: Known, service: StoredService): CommittedChange {
  const { serviceName, revision, records, claims, overrides } = service;
  const before = known.service(serviceName);
  const listed = new Map(before.records.map((record) => [record.instanceId, record]));
  const stays = new Set(records.map(({ instanceId }) => instanceId));
  const held = new Set(before.claims.map(pathName));
  const holds = new Set(claims.map(pathName));
  const put = records.filter((record) => listed.get(record.instanceId)?.revision !== record.revision);
  return {
    serviceName,
    revision,
    at: latestOf(service),
    put,
    remove: before.records.flatMap(({ instanceId }) => (stays.has(instanceId) ? [] : instanceId)),
    claims: claims.filter((claim) => !held.has(pathName(claim))),
    released: before.claims.filter((claim) => !holds.has(pathName(claim))),
    ...(!isDeepStrictEqual(overrides, known.overrides.of(serviceName)) && { overrides }),
    notes: [],
  };
}

/** About when it was changed: nobody has kept more. */
function latestOf({ records, claims }: StoredService): number {
  return Math.max(0, ...records.map(({ registeredAt }) => registeredAt), ...claims.map(({ since }) => since));
}
