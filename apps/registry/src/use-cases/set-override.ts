import type { Instance } from '@rollcall/contracts';
import type { Override } from '../catalog/instance/standing';
import { toInstance } from '../catalog/instance/instance-record';
import { applyEvent, type ApplyEventDeps } from './apply-event';

/**
 * Puts an operator's word on top of what an instance is, or takes it away again.
 *
 * @param override `undefined` takes it away; where there is none, nothing happens
 * @param by a caller's identity
 * @returns the instance as it is now; `undefined` when it is not listed
 */
export async function setOverride(
  deps: ApplyEventDeps,
  instanceId: string,
  override: Override | undefined,
  by: string,
): Promise<Instance | undefined> {
  const entry = deps.catalog.entry(instanceId);
  if (entry === undefined) return undefined;
  await applyEvent(
    deps,
    entry,
    override === undefined ? { type: 'override_removed' } : { type: 'overridden', override },
    by,
  );
  return deps.catalog.entry(instanceId) === entry ? toInstance(entry.record, entry.heardAt) : undefined;
}
