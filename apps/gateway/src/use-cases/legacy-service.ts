import { OLDER_CALL_TAG, type Instance, type RegisterRequest } from '@rollcall/contracts';
import type { CatalogView } from '../ports/catalog-view';
import type { Registry } from '../ports/registry';

/** A service as the legacy API names it. */
export interface LegacyService {
  readonly name: string;
  /** Canonical URL. */
  readonly address: string;
}

export interface LegacyCallDeps {
  readonly registry: Registry;
  readonly catalog: CatalogView;
}

/** How long the answer waits for this gateway to have heard of the change itself, milliseconds. */
const HEARD_TIMEOUT_MS = 2000;

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

const ID_PREFIX = 'older-call:';

/** One id a name: registering another address replaces the earlier one, and nothing else is ever touched. */
function legacyInstanceId(name: string): string {
  return ID_PREFIX + name;
}

/** No lease, since such a service sends no heartbeats; its root is asked instead, since it may have no health path. */
function legacyRegistration({ name, address }: LegacyService): RegisterRequest {
  return {
    service_name: name,
    url: address,
    instance_id: legacyInstanceId(name),
    ttl_seconds: 0,
    health_path: '/',
    tags: [OLDER_CALL_TAG],
    routes: [{ path_prefix: `/${name}` }],
  };
}

function isAt(instance: Instance | undefined, address: string): boolean {
  return instance?.url === address;
}
