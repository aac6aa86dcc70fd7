import { instanceIdSchema, type InstanceReference } from '@rollcall/contracts';
import Joi from 'joi';
import type { NeededScope } from '../access/scope';
import type { Catalog } from '../catalog/catalog';
import type { Entry } from '../catalog/entry';
import { resolveReference, type Resolved } from '../catalog/reference';
import { epochMismatch, instanceIdAmbiguous, instanceNotFound } from '../errors';
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

/**
 * Resolves the reference of a call, and authorises its caller: both once a call.
 *
 * @throws AppError 409 `INSTANCE_ID_AMBIGUOUS`, 401 `UNAUTHORIZED`, 403 `FORBIDDEN`
 */
export function authoriseTarget(
  catalog: Pick<Catalog, 'named' | 'entryAt'>,
  reference: InstanceReference,
  caller: Pick<Caller, 'may' | 'require'>,
): InstanceTarget {
  const resolved = resolveTarget(catalog, reference, (serviceName) => caller.may(`write:${serviceName}`));
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
