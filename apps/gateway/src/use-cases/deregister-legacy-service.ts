import { isAt, legacyInstanceId } from './legacy-instance';
import { HEARD_TIMEOUT_MS, type LegacyCallDeps } from './register-legacy-service';

/** Takes `name` off again; with an address, only if that is where it is registered. Native instances are not touched. */
export async function deregisterLegacyService(
  { registry, catalog }: LegacyCallDeps,
  { name, address }: { readonly name: string; readonly address?: string },
  authorization: string | undefined,
): Promise<void> {
  const id = legacyInstanceId(name);
  const listed = catalog.find(name, id);
  if (address !== undefined && listed !== undefined && !isAt(listed, address)) return;
  await registry.deregister({ instance_id: id }, authorization);
  await catalog.until(name, id, (instance) => instance === undefined, HEARD_TIMEOUT_MS);
}
