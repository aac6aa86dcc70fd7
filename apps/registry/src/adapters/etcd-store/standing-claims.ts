import { OLDER_CALL_TAG } from '@rollcall/contracts';
import type { ProposedChange, ProposedRecord } from '../../catalog/changes/change';
import { grantedRoutes } from '../../catalog/instance/instance-record';
import { pathKeyOf, pathName, type StandingClaim } from '../../catalog/routes/path-claim';
import type { KeptClaim } from './service-values';

/**
 * Which paths a service holds is kept, and not since when no instance announces one: of two that leave at the same time
 * neither knows that it is the last. So that is as late as the last change of the service, at most.
 *
 * @param changedAt when that was, epoch milliseconds
 */
export function standingClaims(
  kept: readonly KeptClaim[],
  records: readonly ProposedRecord[],
  changedAt: number | undefined,
): readonly StandingClaim[] {
  const announced = pathsOf(records);
  return kept.map((claim) =>
    // One that ends with those who announce it has ended.
    announced.has(pathName(claim)) || claim.endsWithEntry === true
      ? claim
      : { ...claim, unannouncedSince: changedAt ?? claim.since },
  );
}

/**
 * The paths to be kept after a change. They are written anew also when one is announced again (or it would be lost to a
 * release at the same time), and when it is an instance of the current API that announces one (it does not end with those
 * of the older API any more).
 *
 * @param announcing those of the change that rely on paths of their service
 * @returns `undefined` when they stay as they are
 */
export function claimsAfter(
  standing: readonly StandingClaim[],
  { put, claims = [], released = [] }: ProposedChange,
  announcing: readonly ProposedRecord[],
): readonly KeptClaim[] | undefined {
  const gone = new Set(released.map(pathName));
  const announced = pathsOf(announcing);
  const byCurrent = pathsOf(announcing.filter((record) => !isOlderEntry(record)));
  const returns = standing.some(
    (claim) =>
      (claim.unannouncedSince !== undefined && announced.has(pathName(claim))) ||
      (claim.endsWithEntry === true && byCurrent.has(pathName(claim))),
  );
  if (claims.length === 0 && released.length === 0 && !returns) return undefined;
  const olderOnly = put.length > 0 && put.every(isOlderEntry);
  return [
    ...standing
      .filter((claim) => !gone.has(pathName(claim)))
      .map(({ unannouncedSince: _since, endsWithEntry, ...claim }) => ({
        ...claim,
        ...(endsWithEntry === true && !byCurrent.has(pathName(claim)) && { endsWithEntry }),
      })),
    ...claims.map((claim) => ({ ...claim, ...(olderOnly && { endsWithEntry: true as const }) })),
  ];
}

function pathsOf(records: readonly ProposedRecord[]): ReadonlySet<string> {
  return new Set(records.flatMap(grantedRoutes).map((route) => pathName(pathKeyOf(route))));
}

function isOlderEntry({ registration }: ProposedRecord): boolean {
  return registration.tags.includes(OLDER_CALL_TAG);
}
