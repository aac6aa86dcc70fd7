import { instanceIdSchema, type InstanceReference } from '@rollcall/contracts';
import Joi from 'joi';
import type { NeededScope } from '../access/scope';
import type { Catalog } from '../catalog/catalog';
import type { Entry } from '../catalog/entry';
import { resolveReference, type Resolved } from '../catalog/reference';
import { epochMismatch, instanceIdAmbiguous, instanceNotFound } from '../errors';
import type { CatalogStore } from '../ports/catalog-store';
import type { Caller } from './caller';

/** Path parameters of `/instances/:id/…`. */
export const instancePathSchema = Joi.object<{ id: string }>({ id: instanceIdSchema.required() });

/** The instance that a call is about, once its caller has been authorised to write it. */
export interface InstanceTarget {
  readonly resolved: Resolved;
  /** The scope that it took. */
  readonly needed: NeededScope;
  /** The caller's identity, for events. */
  readonly actor: string;
}

/** What it takes to look a reference up. */
export interface TargetDeps {
  readonly catalog: Pick<Catalog, 'named' | 'entryAt' | 'revision'>;
  readonly store: Pick<CatalogStore, 'reach' | 'confirmUnknown'>;
}

/**
 * The instance that a call is about, if it is listed as the caller says, and its caller is authorised. Most calls need
 * no more, so there is no promise.
 *
 * @returns `undefined` when it is not: that this replica has not been told of it yet is for `confirmedTarget` to find out
 * @throws AppError 409 `INSTANCE_ID_AMBIGUOUS`, 401 `UNAUTHORIZED`, 403 `FORBIDDEN`
 */
export function listedTarget(
  { catalog }: Pick<TargetDeps, 'catalog'>,
  reference: InstanceReference,
  caller: Pick<Caller, 'may' | 'require'>,
): InstanceTarget | undefined {
  const resolved = resolveTarget(catalog, reference, mayWriteOf(caller));
  return resolved.kind === 'found' ? authorised(reference, resolved, caller) : undefined;
}

/**
 * Resolves the reference of a call, once this replica has been told of everything about it, and authorises its caller.
 *
 * @throws AppError 503 `REGISTRY_BEHIND`, and what `listedTarget` throws
 */
export async function confirmedTarget(
  deps: TargetDeps,
  reference: InstanceReference,
  caller: Pick<Caller, 'may' | 'require'>,
): Promise<InstanceTarget> {
  await catchUp(deps, reference);
  return authorised(reference, resolveTarget(deps.catalog, reference, mayWriteOf(caller)), caller);
}

/**
 * Resolves once this replica has been told of the instance, if it is listed. To be called before it is said that it is not.
 *
 * @throws AppError 503 `REGISTRY_BEHIND`
 */
export async function catchUp({ catalog, store }: TargetDeps, reference: InstanceReference): Promise<void> {
  const { epoch } = reference;
  // Of an epoch that the catalog has passed everything is known here.
  if (epoch !== undefined) return epoch > catalog.revision ? await store.reach(epoch) : undefined;
  await store.confirmUnknown(
    'instance_id' in reference
      ? { instanceId: reference.instance_id, serviceName: reference.service_name }
      : { serviceName: reference.service_name, url: reference.url },
  );
}

function mayWriteOf(caller: Pick<Caller, 'may'>): (serviceName: string) => boolean {
  return (serviceName) => caller.may(`write:${serviceName}`);
}

function authorised(
  reference: InstanceReference,
  resolved: Resolved,
  caller: Pick<Caller, 'require'>,
): InstanceTarget {
  const needed = neededScope(reference, resolved);
  return { resolved, needed, actor: caller.require(needed) };
}

/**
 * Resolves the reference of a call.
 *
 * @param mayWrite by default every service: for calls that ask for no service's scope
 * @throws AppError 409 `INSTANCE_ID_AMBIGUOUS`
 */
export function resolveTarget(
  catalog: Pick<Catalog, 'named' | 'entryAt'>,
  reference: InstanceReference,
  mayWrite: (serviceName: string) => boolean = () => true,
): Resolved {
  const resolved = resolveReference(catalog, reference, mayWrite);
  if (resolved.kind === 'ambiguous') throw instanceIdAmbiguous(resolved.serviceNames);
  return resolved;
}

/**
 * The listed instance of a resolved reference.
 *
 * @throws AppError 404 `INSTANCE_NOT_FOUND`, 409 `EPOCH_MISMATCH`
 */
export function listedEntry(resolved: Resolved): Entry {
  switch (resolved.kind) {
    case 'found':
      return resolved.entry;
    case 'unknown':
      throw instanceNotFound();
    case 'other_incarnation':
      throw epochMismatch(resolved.entry.record.epoch);
  }
}

/** A stale request needs the same scope as one of the incarnation that is listed. */
function neededScope({ service_name }: InstanceReference, resolved: Resolved): NeededScope {
  if (service_name !== undefined) return `write:${service_name}`;
  return resolved.kind === 'unknown' ? 'write' : `write:${resolved.entry.record.registration.serviceName}`;
}
