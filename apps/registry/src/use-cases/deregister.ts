import type { DeregisterRequest } from '@rollcall/contracts';
import { resolveReference } from '../catalog/decisions/reference';
import { applyEvent, type ApplyEventDeps } from './apply-event';

/**
 * Takes an instance off the list at its own word. One that has gone already, or an older life's word, is no fault.
 *
 * @param by who says so: a caller's identity
 */
export async function deregister(
  deps: ApplyEventDeps,
  request: DeregisterRequest,
  by: string,
): Promise<void> {
  const resolved = resolveReference(deps.catalog, request);
  if (resolved.kind === 'found') await applyEvent(deps, resolved.entry, { type: 'deregistered' }, by);
}
