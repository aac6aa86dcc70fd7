import type { InstanceReference } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import { narrowReference } from '../catalog/decisions/reference';
import { instanceIdAmbiguous } from '../errors';
import type { Caller } from './caller';

/**
 * The reference of a call, narrowed to the one instance that the caller can mean.
 *
 * @throws AppError 409 `INSTANCE_ID_AMBIGUOUS`
 */
export function namedInstance<R extends InstanceReference>(
  catalog: Pick<Catalog, 'named' | 'entryAt'>,
  reference: R,
  caller: Pick<Caller, 'may'>,
): R {
  const narrowed = narrowReference(catalog, reference, (serviceName) => caller.may(`write:${serviceName}`));
  if (narrowed.kind === 'ambiguous') throw instanceIdAmbiguous(narrowed.serviceNames);
  return narrowed.reference;
}
