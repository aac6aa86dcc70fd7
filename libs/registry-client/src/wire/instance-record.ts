import type { AnnouncedRoute, Instance, InstanceStatus, RefusedRoute } from '@rollcall/contracts';
import { isCount, isDuration, isJsonRecord, isString, isStrings, type JsonRecord } from './json-record';

/** One check a field. Unknown fields pass: a newer registry may say more. */
type FieldChecks<T> = { readonly [Field in keyof Required<T>]: (value: unknown) => boolean };

const STATUSES: Readonly<Record<InstanceStatus, true>> = {
  starting: true,
  up: true,
  suspect: true,
  draining: true,
  out_of_service: true,
};

const ROUTE: FieldChecks<AnnouncedRoute> = {
  path_prefix: (value) => isString(value) && value.startsWith('/'),
  methods: (value) => value === undefined || isStrings(value),
  host: isOptionalString,
  strip_prefix: (value) => value === undefined || typeof value === 'boolean',
};
const routeChecks = Object.entries(ROUTE);

const REFUSED_ROUTE: FieldChecks<RefusedRoute> = {
  path_prefix: isString,
  host: isOptionalString,
  code: isString,
  reason: isString,
};
const refusedChecks = Object.entries(REFUSED_ROUTE);

const INSTANCE: FieldChecks<Instance> = {
  instance_id: isName,
  service_name: isName,
  url: isBaseAddress,
  status: (value) => isString(value) && Object.hasOwn(STATUSES, value),
  version: isNullableString,
  zone: isNullableString,
  tags: isStrings,
  weight: (value) => isCount(value) && value > 0,
  metadata: (value) => isJsonRecord(value) && isStrings(Object.values(value)),
  routes: (value) => Array.isArray(value) && value.every((route) => passes(route, routeChecks)),
  refused_routes: (value) =>
    value === undefined || (Array.isArray(value) && value.every((route) => passes(route, refusedChecks))),
  ttl_seconds: isDuration,
  health_path: isString,
  protocol: isOptionalString,
  registered_at: isCount,
  last_heartbeat: isCount,
  epoch: isCount,
  revision: isCount,
  reason: isOptionalString,
};
const instanceChecks = Object.entries(INSTANCE);

/**
 * Whether this is an instance that may be used. Written by hand and not with the contracts' schemas: a snapshot of
 * a thousand instances is checked in about a millisecond, and the library comes without a validator.
 */
export function isInstance(value: unknown): value is Instance {
  return passes(value, instanceChecks);
}

function passes(
  value: unknown,
  checks: readonly (readonly [string, (field: unknown) => boolean])[],
): boolean {
  return isJsonRecord(value) && checks.every(([field, check]) => check(ownField(value, field)));
}

function ownField(record: JsonRecord, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}

function isName(value: unknown): boolean {
  return isString(value) && value !== '' && value.length <= 128;
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || isString(value);
}

function isNullableString(value: unknown): boolean {
  return value === null || isString(value);
}

/** Requests will be sent there: nothing but a plain http(s) address, whatever a registry says. */
function isBaseAddress(value: unknown): boolean {
  if (!isString(value) || value.length > 2048 || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === ''
  );
}
