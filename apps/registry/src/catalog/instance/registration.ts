import { isDeepStrictEqual } from 'node:util';
import type { AnnouncedRoute, RegisterRequest } from '@rollcall/contracts';

/** What an instance says about itself, with every default filled in. Two equal ones are one registration. */
export interface Registration {
  readonly serviceName: string;
  readonly url: string;
  readonly version: string | null;
  readonly zone: string | null;
  readonly tags: readonly string[];
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly routes: readonly AnnouncedRoute[];
  /** Seconds a lease lasts without a heartbeat; 0 is no lease. */
  readonly ttlSeconds: number;
  readonly healthPath: string;
  /** Absent for HTTP/1.1: records that were made before there was another protocol are the same registration. */
  readonly protocol?: 'h2c';
}

const ORDINARY_WEIGHT = 100;
const USUAL_HEALTH_PATH = '/livez';

/** @param defaultTtlSeconds the lease of a registration that asks for none */
export function registrationFrom(request: RegisterRequest, defaultTtlSeconds: number): Registration {
  return {
    serviceName: request.service_name,
    url: request.url,
    version: request.version ?? null,
    zone: request.zone ?? null,
    tags: request.tags ?? [],
    weight: request.weight ?? ORDINARY_WEIGHT,
    metadata: request.metadata ?? {},
    routes: request.routes ?? [],
    ttlSeconds: request.ttl_seconds ?? defaultTtlSeconds,
    healthPath: request.health_path ?? USUAL_HEALTH_PATH,
    ...(request.protocol === 'h2c' && { protocol: request.protocol }),
  };
}

/** Whether both say the same; the order of keys does not count, that of tags and routes does. */
export function sameRegistration(a: Registration, b: Registration): boolean {
  return isDeepStrictEqual(a, b);
}
