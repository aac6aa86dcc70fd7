import type { RouteClaim } from '@rollcall/contracts';
import { isCount, isJsonRecord, isString } from './json-record';

/** Whether this says who holds a path. Unknown fields pass: a newer registry may say more. */
export function isRouteClaim(value: unknown): value is RouteClaim {
  return (
    isJsonRecord(value) &&
    isString(value['path_prefix']) &&
    value['path_prefix'].startsWith('/') &&
    (value['host'] === undefined || isString(value['host'])) &&
    isCount(value['since']) &&
    (value['unannounced_since'] === undefined || isCount(value['unannounced_since'])) &&
    isString(value['why'])
  );
}
