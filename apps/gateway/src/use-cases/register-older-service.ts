import type { CatalogView } from '../ports/catalog-view';
import type { Registry } from '../ports/registry';
import { isAt, olderInstanceId, olderRegistration, type OlderService } from './older-instance';

export interface OlderCallDeps {
  readonly registry: Registry;
  readonly catalog: CatalogView;
}

/** How long the answer waits for this gateway to have heard of the change itself, milliseconds. */
export const HEARD_TIMEOUT_MS = 2000;

/** Registers `name` at `address` with the route `/<name>`. When it is answered the route works here. */
export async function registerOlderService(
  { registry, catalog }: OlderCallDeps,
  service: OlderService,
  authorization: string | undefined,
): Promise<void> {
  await registry.register(olderRegistration(service), authorization);
  await catalog.until(
    service.name,
    olderInstanceId(service.name),
    (instance) => isAt(instance, service.address),
    HEARD_TIMEOUT_MS,
  );
}
