import type { CatalogView } from '../ports/catalog-view';
import type { Registry } from '../ports/registry';
import { isAt, legacyInstanceId, legacyRegistration, type LegacyService } from './legacy-instance';

export interface LegacyCallDeps {
  readonly registry: Registry;
  readonly catalog: CatalogView;
}

/** How long the answer waits for this gateway to have heard of the change itself, milliseconds. */
export const HEARD_TIMEOUT_MS = 2000;

/** Registers `name` at `address` with the route `/<name>`. When it is answered the route works here. */
export async function registerLegacyService(
  { registry, catalog }: LegacyCallDeps,
  service: LegacyService,
  authorization: string | undefined,
): Promise<void> {
  await registry.register(legacyRegistration(service), authorization);
  await catalog.until(
    service.name,
    legacyInstanceId(service.name),
    (instance) => isAt(instance, service.address),
    HEARD_TIMEOUT_MS,
  );
}
