import type { InstanceReference } from '@rollcall/contracts';
import type { Catalog } from '../catalog';
import type { Entry } from '../entry';

/** Whom a call means, and whether it means the life that is listed. */
export type Resolved =
  | { readonly kind: 'found'; readonly entry: Entry }
  | { readonly kind: 'unknown' }
  /** The late word of an older life, or the word of one that another catalog knew. */
  | { readonly kind: 'other_life'; readonly entry: Entry };

/** A reference that means one instance at most, or the services that have one of its id. */
export type Narrowed<R> =
  | { readonly kind: 'narrowed'; readonly reference: R }
  | { readonly kind: 'ambiguous'; readonly serviceNames: readonly string[] };

type Listed = Pick<Catalog, 'named' | 'entryAt'>;

/** Callers that send no epoch are taken to mean the life that is listed, as the older clients do. */
export function resolveReference(catalog: Listed, reference: InstanceReference): Resolved {
  const { epoch } = reference;
  const candidates = candidatesFor(catalog, reference);
  // An epoch is of one life in the whole catalog.
  const entry = candidates.find((candidate) => isLife(candidate, epoch));
  if (entry !== undefined) return { kind: 'found', entry };
  const [other] = candidates;
  return other === undefined ? { kind: 'unknown' } : { kind: 'other_life', entry: other };
}

/**
 * Several services may have an instance of one id. By itself, an id means that of the service that the caller may speak
 * for: nobody can take the word from another by registering under the same id.
 */
export function narrowReference<R extends InstanceReference>(
  catalog: Listed,
  reference: R,
  maySpeakFor: (serviceName: string) => boolean,
): Narrowed<R> {
  const candidates = candidatesFor(catalog, reference);
  const { epoch } = reference;
  if (candidates.length < 2) return { kind: 'narrowed', reference };
  const meant = candidates.find((candidate) => epoch !== undefined && isLife(candidate, epoch));
  if (meant !== undefined) return { kind: 'narrowed', reference };
  const serviceNames = candidates.map(({ record }) => record.registration.serviceName).filter(maySpeakFor);
  const [service_name, ...others] = serviceNames;
  return others.length > 0
    ? { kind: 'ambiguous', serviceNames }
    : {
        kind: 'narrowed',
        reference: service_name === undefined ? reference : { ...reference, service_name },
      };
}

function isLife({ record }: Entry, epoch: number | undefined): boolean {
  return epoch === undefined || epoch === record.epoch;
}

function candidatesFor(catalog: Listed, reference: InstanceReference): readonly Entry[] {
  if (!('instance_id' in reference)) {
    const entry = catalog.entryAt(reference.service_name, reference.url);
    return entry === undefined ? [] : [entry];
  }
  const named = catalog.named(reference.instance_id);
  // What nearly every heartbeat says.
  if (reference.service_name === undefined) return named;
  return named.filter((entry) => isAsNamed(entry, reference));
}

/** A service and an address beside the id have to be those of the instance. */
function isAsNamed({ record }: Entry, { service_name, url }: InstanceReference): boolean {
  const { registration } = record;
  return service_name === registration.serviceName && (url === undefined || url === registration.url);
}
