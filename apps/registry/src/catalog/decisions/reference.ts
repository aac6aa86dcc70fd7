import type { InstanceReference } from '@rollcall/contracts';
import type { Catalog } from '../catalog';
import type { Entry } from '../entry';

/** Whom a call means, and whether it means the life that is listed. */
export type Resolved =
  | { readonly kind: 'found'; readonly entry: Entry }
  | { readonly kind: 'unknown' }
  /** The late word of an older life, or the word of one that another catalog knew. */
  | { readonly kind: 'other_life'; readonly entry: Entry };

/** Callers that send no epoch are taken to mean the life that is listed, as the older clients do. */
export function resolveReference(catalog: Catalog, reference: InstanceReference): Resolved {
  const entry =
    'instance_id' in reference
      ? catalog.entry(reference.instance_id)
      : catalog.entryAt(reference.service_name, reference.url);
  if (entry === undefined) return { kind: 'unknown' };
  return reference.epoch === undefined || reference.epoch === entry.record.epoch
    ? { kind: 'found', entry }
    : { kind: 'other_life', entry };
}
