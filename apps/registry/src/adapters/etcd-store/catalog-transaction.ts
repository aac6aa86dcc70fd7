import type { Operation } from '@rollcall/etcd-client';
import type { ProposedChange, ProposedRecord } from '../../catalog/changes/change';
import { grantedRoutes } from '../../catalog/instance/instance-record';
import type { CatalogView } from './catalog-view';
import type { EtcdKeys } from './etcd-keys';
import { recordValue } from './record-value';
import { claimsValue, overridesValue, serviceChangeValue } from './service-values';
import { claimsAfter } from './standing-claims';

/** A change as etcd makes it: what the decision is based on, and what becomes of it. */
export interface CatalogTransaction {
  /** Keys that must not have changed since, with the revisions that are known of them. */
  readonly compared: ReadonlyMap<string, number>;
  readonly success: readonly Operation[];
}

/** etcd takes 128 comparisons and 128 operations. An instance that registers has two of each, the change a few more. */
export const MAX_RECORDS_PER_CHANGE = 60;

type View = Pick<CatalogView, 'modRevisionOf' | 'record' | 'recordAt' | 'claimsOf'>;

/** @param view what the change was decided on */
export function catalogTransaction(
  keys: EtcdKeys,
  view: View,
  change: ProposedChange,
  replicaId: string,
): CatalogTransaction {
  const { serviceName } = change;
  const compared = new Map<string, number>();
  const puts = new Map<string, string>();
  const deletes = new Set<string>();
  const compare = (key: string): unknown => compared.set(key, view.modRevisionOf(key));
  const idKey = (instanceId: string): string => keys.id(instanceId, serviceName);
  const keyOf = (instanceId: string): string | undefined => {
    const record = view.record(serviceName, instanceId);
    return record && keys.instance(serviceName, record.registration.url);
  };

  for (const instanceId of change.remove) {
    const key = keyOf(instanceId);
    if (key === undefined) continue;
    compare(key);
    deletes.add(key).add(idKey(instanceId));
  }
  for (const record of change.put) {
    const { instanceId, registration } = record;
    const key = keys.instance(serviceName, registration.url);
    const formerKey = keyOf(instanceId);
    compare(key);
    puts.set(key, recordValue(record));
    if (formerKey === key && record.epoch !== 'begins') continue;
    compare(idKey(instanceId));
    puts.set(idKey(instanceId), JSON.stringify({ v: 1, url: registration.url }));
    if (formerKey !== undefined && formerKey !== key) {
      compare(formerKey);
      deletes.add(formerKey);
    }
    const occupant = view.recordAt(key);
    if (occupant !== undefined) deletes.add(idKey(occupant.instanceId));
  }

  const replace = (key: string, value: string | undefined): void => {
    compare(key);
    if (value !== undefined) puts.set(key, value);
    else if (view.modRevisionOf(key) > 0) deletes.add(key);
  };
  const { overrides } = change;
  if (overrides !== undefined)
    replace(keys.overrides(serviceName), overrides.length === 0 ? undefined : overridesValue(overrides));
  // Whether it begins out of service.
  else if (change.put.some(({ epoch }) => epoch === 'begins')) compare(keys.overrides(serviceName));

  const announcing = change.put.filter((record) => announcesAnew(view, record));
  const claims = claimsAfter(view.claimsOf(serviceName), change, announcing);
  if (claims !== undefined)
    replace(keys.claims(serviceName), claims.length === 0 ? undefined : claimsValue(claims));
  else if (announcing.length > 0) compare(keys.claims(serviceName));
  if (givesPaths(change)) puts.set(keys.paths, JSON.stringify({ v: 1, serviceName }));

  puts.set(keys.service(serviceName), serviceChangeValue(change, replicaId));
  return {
    compared,
    success: [
      ...[...deletes].filter((key) => !puts.has(key)).map((key) => ({ delete: { key } })),
      ...Array.from(puts, ([key, value]) => ({ put: { key, value } })),
    ],
  };
}

/** Such a change is only right if no other service was given one of these paths, or one around or inside them, meanwhile. */
export function givesPaths({ claims = [] }: ProposedChange): boolean {
  return claims.length > 0;
}

/** Whether the record relies on paths that its service holds, which it has not done so far. */
function announcesAnew(view: View, record: ProposedRecord): boolean {
  const { serviceName } = record.registration;
  const before = view.record(serviceName, record.instanceId);
  const isSame = before?.epoch === record.epoch && before.refusedRoutes === record.refusedRoutes;
  return !isSame && grantedRoutes(record).length > 0;
}
