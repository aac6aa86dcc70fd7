import { createHash } from 'node:crypto';
import type { RouteView } from '@rollcall/contracts';

/**
 * Of what one route says. It leaves out how many instances there are just now, and `max_in_flight`, of which each of
 * several workers has its share.
 */
export function routeDigest(route: Omit<RouteView, 'instances'>): bigint {
  const rule = { ...route, instances: undefined, max_in_flight: undefined };
  return createHash('sha256').update(JSON.stringify(rule)).digest().readBigUInt64BE();
}

/** One digest of several routes, in whatever order they are: 16 hexadecimal digits. */
export function digestOfAll(digests: readonly bigint[]): string {
  const sum = digests.reduce((total, digest) => total + digest, 0n);
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}
