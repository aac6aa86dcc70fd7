import type { WatchEvent } from '@rollcall/etcd-client';
import type { CommittedChange } from '../../catalog/changes/change';
import type { InstanceRecord } from '../../catalog/instance/instance-record';
import type { KeptOverride } from '../../catalog/overrides/kept-override';
import type { EtcdKeys } from './etcd-keys';
import { readRecord } from './record-value';
import {
  readClaims,
  readOverrides,
  readServiceChange,
  type KeptClaim,
  type ServiceChange,
} from './service-values';

/** What some keys of a service say, each in its latest form. */
export interface ServiceNews {
  /** By key; `undefined` for one that was deleted, or cannot be read. */
  readonly records: Map<string, InstanceRecord | undefined>;
  /** What changed last, and at which revision. */
  latest?: ServiceChange & { readonly revision: number };
  claims?: readonly KeptClaim[];
  overrides?: readonly KeptOverride[];
}

/** Sorts keys of the catalog by the service that they are about. Keys of somebody else are left out. */
export function serviceNewsOf(keys: EtcdKeys, events: readonly WatchEvent[]): Map<string, ServiceNews> {
  const all = new Map<string, ServiceNews>();
  for (const event of events) {
    const name = event.kind === 'put' ? event.keyValue.key : event.key;
    const key = keys.parse(name);
    if (key === undefined || !('serviceName' in key) || key.kind === 'ack' || key.kind === 'id') continue;
    const value = event.kind === 'put' ? event.keyValue : undefined;
    let news = all.get(key.serviceName);
    if (news === undefined) all.set(key.serviceName, (news = { records: new Map() }));
    if (key.kind === 'instance')
      news.records.set(name, value && readRecord(value.value, key, value.modRevision));
    // What cannot be read is as if it were not there; the next change of the service writes it anew.
    if (key.kind === 'claims') news.claims = (value && readClaims(value.value)) ?? [];
    if (key.kind === 'overrides') news.overrides = (value && readOverrides(value.value)) ?? [];
    if (key.kind === 'service' && value !== undefined)
      news.latest = { ...(readServiceChange(value.value) ?? NOTHING_READ), revision: value.modRevision };
  }
  return all;
}

/** Whether nothing is said any more. */
export function isNothing({ records, latest, claims, overrides }: ServiceNews): boolean {
  return records.size === 0 && latest === undefined && claims === undefined && overrides === undefined;
}

/** The part of a change that its keys say by themselves. */
export function whatIs({
  records,
  overrides,
  latest,
}: ServiceNews): Pick<CommittedChange, 'put' | 'overrides' | 'replica'> {
  const put = [...records.values()].filter((record) => record !== undefined);
  return { put, ...(overrides && { overrides }), ...(latest?.replica && { replica: latest.replica }) };
}

const NOTHING_READ: ServiceChange = { at: 0, notes: [], removed: [] };
