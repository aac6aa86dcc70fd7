import type { InstanceReference } from '@rollcall/contracts';
import type { Catalog } from './catalog';
import type { Entry } from './entry';

/** The instance that a request refers to, and whether the request is of the incarnation that is listed. */
export type Resolved =
  | { readonly kind: 'found'; readonly entry: Entry }
  | { readonly kind: 'unknown' }
  /** A stale request: of an earlier incarnation, or of one that another catalog knew. `entry` is listed instead. */
  | { readonly kind: 'other_incarnation'; readonly entry: Entry };

/** A reference by an id alone, which instances of several services have. */
export interface Ambiguous {
  readonly kind: 'ambiguous';
  readonly serviceNames: readonly string[];
}

type Listed = Pick<Catalog, 'named' | 'entryAt'>;

/**
 * Looks up the instance that a request refers to. A request without an epoch is taken to mean the incarnation that is
 * listed, as legacy clients expect. Several services may have an instance of one id: an id alone then means that of the
 * service that the caller may write, so that registering under an id of another service does not capture its requests.
 */
export function resolveReference(
  catalog: Listed,
  reference: InstanceReference,
  mayWrite: (serviceName: string) => boolean,
): Resolved | Ambiguous {
  const { epoch } = reference;
  const candidates = candidatesFor(catalog, reference);
  // An epoch is unique in the whole catalog.
  const exact = epoch === undefined ? undefined : candidates.find(({ record }) => record.epoch === epoch);
  if (exact !== undefined) return { kind: 'found', entry: exact };

  const writable = candidates.length < 2 ? candidates : candidates.filter(isWritable);
  if (writable.length > 1) return { kind: 'ambiguous', serviceNames: writable.map(serviceNameOf) };
  const entry = writable[0] ?? candidates[0];
  if (entry === undefined) return { kind: 'unknown' };
  return { kind: epoch === undefined ? 'found' : 'other_incarnation', entry };

  function isWritable(candidate: Entry): boolean {
    return mayWrite(serviceNameOf(candidate));
  }
}

function serviceNameOf({ record }: Entry): string {
  return record.registration.serviceName;
}

function candidatesFor(catalog: Listed, reference: InstanceReference): readonly Entry[] {
  if (!('instance_id' in reference)) {
    const entry = catalog.entryAt(reference.service_name, reference.url);
    return entry === undefined ? [] : [entry];
  }
  const named = catalog.named(reference.instance_id);
  // The reference of nearly every heartbeat.
  if (reference.service_name === undefined) return named;
  return named.filter((entry) => isAsNamed(entry, reference));
}

/** A service and a URL beside the id have to be those of the instance. */
function isAsNamed({ record }: Entry, { service_name, url }: InstanceReference): boolean {
  const { registration } = record;
  return service_name === registration.serviceName && (url === undefined || url === registration.url);
}
