import type { Instance } from '@rollcall/contracts';

/** An instance as the registry lists it, with what a spec says differently. */
export function anInstance(given: Partial<Instance> = {}): Instance {
  return {
    instance_id: 'i1',
    service_name: 'product',
    url: 'http://127.0.0.1:8081',
    status: 'up',
    version: null,
    zone: null,
    tags: [],
    weight: 100,
    metadata: {},
    routes: [],
    ttl_seconds: 30,
    health_path: '/livez',
    registered_at: 1000,
    last_heartbeat: 1000,
    epoch: 1,
    revision: 1,
    ...given,
  };
}
