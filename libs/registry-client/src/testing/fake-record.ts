import type { Instance, RegisterRequest } from '@rollcall/contracts';

/** The instance that a registration makes. */
export function recordOf(request: RegisterRequest, instanceId: string, ttlSeconds: number): Instance {
  return {
    instance_id: instanceId,
    service_name: request.service_name,
    url: request.url,
    status: request.status ?? 'up',
    version: request.version ?? null,
    zone: request.zone ?? null,
    tags: request.tags ?? [],
    weight: request.weight ?? 100,
    metadata: request.metadata ?? {},
    routes: request.routes ?? [],
    ttl_seconds: request.ttl_seconds ?? ttlSeconds,
    health_path: request.health_path ?? '/livez',
    ...(request.protocol === 'h2c' && { protocol: request.protocol }),
    registered_at: nowSeconds(),
    last_heartbeat: nowSeconds(),
    epoch: 0,
    revision: 0,
  };
}

/** Whether registering the one over the other changes nothing: they are equal but for times, epoch and revision. */
export function isSameRegistration(one: Instance, other: Instance): boolean {
  return content(one) === content(other);
}

function content(instance: Instance): string {
  return JSON.stringify({ ...instance, registered_at: 0, last_heartbeat: 0, epoch: 0, revision: 0 });
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
