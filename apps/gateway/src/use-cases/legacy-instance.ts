import { OLDER_CALL_TAG, type Instance, type RegisterRequest } from '@rollcall/contracts';

/** A service as the legacy API names it. */
export interface LegacyService {
  readonly name: string;
  /** Canonical URL. */
  readonly address: string;
}

const ID_PREFIX = 'older-call:';

/** One id a name: registering another address replaces the earlier one, and nothing else is ever touched. */
export function legacyInstanceId(name: string): string {
  return ID_PREFIX + name;
}

/** No lease, since such a service sends no heartbeats; its root is asked instead, since it may have no health path. */
export function legacyRegistration({ name, address }: LegacyService): RegisterRequest {
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

export function isAt(instance: Instance | undefined, address: string): boolean {
  return instance?.url === address;
}
