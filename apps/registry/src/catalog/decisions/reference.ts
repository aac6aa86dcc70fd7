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
  if (entry === undefined || !isAsNamed(entry, reference)) return { kind: 'unknown' };
  return reference.epoch === undefined || reference.epoch === entry.record.epoch
    ? { kind: 'found', entry }
    : { kind: 'other_life', entry };
}

/** A service and an address beside the id have to be those of the instance. */
function isAsNamed({ record }: Entry, { service_name, url }: InstanceReference): boolean {
  const { registration } = record;
  return (
    (service_name === undefined || service_name === registration.serviceName) &&
    (url === undefined || url === registration.url)
  );
}
