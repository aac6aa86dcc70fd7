import type { ProposedChange } from '../../catalog/changes/change';
import type { KeptOverride } from '../../catalog/overrides/kept-override';
import type { PathKey, StandingClaim } from '../../catalog/routes/path-claim';
import { hasShape, isArrayOf, isNumber, isOneOf, isOptional, isText, valueOf } from './stored-value';

/** What the latest change of a service was, apart from its records and overrides, which have keys of their own. */
export type ServiceChange = Pick<ProposedChange, 'at' | 'notes' | 'claims' | 'released'> & {
  readonly removed: readonly string[];
  /** Id of the replica that made it; versions before this field do not say it. */
  readonly replica?: string;
};

export function serviceChangeValue(
  { at, notes, remove, claims, released }: ProposedChange,
  replica: string,
): string {
  return JSON.stringify({ v: 1, at, notes, removed: remove, claims, released, replica });
}

export function readServiceChange(bytes: Buffer): ServiceChange | undefined {
  const value = valueOf(bytes);
  if (!isServiceChange(value)) return undefined;
  const { at, notes, removed, claims, released, replica } = value as unknown as ServiceChange;
  return {
    at,
    notes,
    removed,
    ...(claims && { claims }),
    ...(released && { released }),
    ...(replica !== undefined && { replica }),
  };
}

/** A path that a service was given, as it is kept: who announces it is known by the records. */
export type KeptClaim = Omit<StandingClaim, 'unannouncedSince'>;

export function claimsValue(claims: readonly KeptClaim[]): string {
  return JSON.stringify({ v: 1, claims });
}

export function readClaims(bytes: Buffer): readonly KeptClaim[] | undefined {
  const value = valueOf(bytes);
  return isClaims(value) ? (value as unknown as { claims: KeptClaim[] }).claims : undefined;
}

export function overridesValue(overrides: readonly KeptOverride[]): string {
  return JSON.stringify({ v: 1, overrides });
}

export function readOverrides(bytes: Buffer): readonly KeptOverride[] | undefined {
  const value = valueOf(bytes);
  return isOverrides(value) ? (value as unknown as { overrides: KeptOverride[] }).overrides : undefined;
}

const isPathKey = hasShape({ pathPrefix: isText, host: isOptional(isText) });
const isPathKeys = (value: unknown): value is readonly PathKey[] => isArrayOf(isPathKey)(value);
const isClaimList = isArrayOf(
  hasShape({ pathPrefix: isText, host: isOptional(isText), since: isNumber, why: isText }),
);

const isServiceChange = hasShape({
  v: isNumber,
  at: isNumber,
  removed: isArrayOf(isText),
  notes: isArrayOf(
    hasShape({ type: isText, instanceId: isText, url: isText, actor: isText, reason: isText }),
  ),
  claims: isOptional(isClaimList),
  released: isOptional(isPathKeys),
  replica: isOptional(isText),
});

const isClaims = hasShape({ v: isNumber, claims: isClaimList });

const isOverrides = hasShape({
  v: isNumber,
  overrides: isArrayOf(
    hasShape({
      override: hasShape({ status: isOneOf('out_of_service'), reason: isText }),
      instanceIds: isArrayOf(isText),
      urls: isArrayOf(isText),
      by: isText,
      at: isNumber,
      until: isOptional(isNumber),
    }),
  ),
});
