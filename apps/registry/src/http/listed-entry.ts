import type { Resolved } from '../catalog/decisions/reference';
import type { Entry } from '../catalog/entry';
import { epochMismatch, instanceNotFound } from '../errors';

/**
 * The instance that a call names in its path.
 *
 * @throws AppError 404 `INSTANCE_NOT_FOUND`, 409 `EPOCH_MISMATCH`
 */
export function listedEntry(resolved: Resolved): Entry {
  switch (resolved.kind) {
    case 'found':
      return resolved.entry;
    case 'unknown':
      throw instanceNotFound();
    case 'other_life':
      throw epochMismatch(resolved.entry.record.epoch);
  }
}
