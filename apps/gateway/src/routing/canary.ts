import type { VersionShare } from '@rollcall/contracts';
/** Which versions of a service get which requests of a route. */
export interface CanaryRule {
  /** Of the requests that no header decides on, so many percent go to that version; what is left goes to all others. */
  readonly versions: readonly { readonly version: string; readonly percent: number }[];
  /** A field by whose value the caller decides. Values that are not named decide nothing. */
  readonly header?: {
    /** Lower case. */
    readonly name: string;
    readonly versionOf: ReadonlyMap<string, string>;
  };
}

/** The version that a request is for; `undefined` is every version that the rule gives no percentage. */
export interface VersionChoice {
  readonly version: string | undefined;
  readonly by: 'header' | 'weight';
}

/**
 * @param header what the request says in the rule's field, if it has one
 * @param chance in [0, 1)
 */
export function chooseVersion(rule: CanaryRule, header: string | undefined, chance: number): VersionChoice {
  const wanted = header === undefined ? undefined : rule.header?.versionOf.get(header);
  if (wanted !== undefined) return { version: wanted, by: 'header' };
  let upTo = 0;
  for (const { version, percent } of rule.versions) {
    upTo += percent;
    if (chance * 100 < upTo) return { version, by: 'weight' };
  }
  return { version: undefined, by: 'weight' };
}

/** Whether an instance is of a version: `2` is 2, 2.0 and 2.1.7, and neither 20 nor unversioned. */
export function isOfVersion(version: string | null, wanted: string): boolean {
  return version !== null && (version === wanted || version.startsWith(`${wanted}.`));
}

/** Whether an instance is among those that a choice means. */
export function isChosen(
  rule: CanaryRule,
  { version: chosen }: VersionChoice,
  version: string | null,
): boolean {
  return chosen === undefined
    ? !rule.versions.some((one) => isOfVersion(version, one.version))
    : isOfVersion(version, chosen);
}

/**
 * What a request comes to by a rule, for people.
 *
 * @param header what the request says in the rule's field, if it has one
 */
export function explainCanary(rule: CanaryRule, header: string | undefined): readonly VersionShare[] {
  const { version: wanted, by } = chooseVersion(rule, header, 0);
  if (by === 'header' && wanted !== undefined)
    return [{ version: wanted, percent: 100, why: `${rule.header?.name} is ${header}` }];
  const given = rule.versions.reduce((sum, { percent }) => sum + percent, 0);
  const shares = rule.versions.map(({ version, percent }) => ({ version, percent, why: 'by its weight' }));
  return [...shares, { version: 'any other', percent: 100 - given, why: 'the remaining share' }];
}
