import type {
  Instance,
  RouteClaim,
  WatchDelta,
  WatchEvent,
  WatchHello,
  WatchSnapshot,
  WatchSynced,
} from '@rollcall/contracts';
import { isInstance } from './instance-record';
import { isRouteClaim } from './route-claim';
import { isCount, isJsonRecord, isString, isStrings, type JsonRecord } from './json-record';

/** What one event of a watch says. */
export type WatchMessage =
  /** `leftOut` instances of it were not usable. */
  | { readonly kind: 'understood'; readonly event: WatchEvent; readonly leftOut: number }
  /** Of a type that this library does not know: a newer registry may say more. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed'; readonly type: string };

/** Reads one event. A single unusable instance does not spoil the others; an event without its frame does. */
export function readWatchMessage(type: string | undefined, data: string): WatchMessage {
  if (!isKnownType(type)) return { kind: 'unknown' };
  const body = parseJson(data);
  const read = body === undefined ? undefined : READERS[type](body);
  return read === undefined ? { kind: 'malformed', type } : { kind: 'understood', leftOut: 0, ...read };
}

type Reading = { readonly event: WatchEvent; readonly leftOut?: number } | undefined;

const READERS: Readonly<Record<WatchEvent['type'], (body: JsonRecord) => Reading>> = {
  hello: (body) => (isHello(body) ? { event: { type: 'hello', data: body } } : undefined),
  synced: (body) => (isSynced(body) ? { event: { type: 'synced', data: body } } : undefined),

  snapshot(body) {
    if (!isSnapshotFrame(body)) return undefined;
    const instances = usable(body.instances, body.service_name);
    const leftOut = body.instances.length - instances.length;
    return { event: { type: 'snapshot', data: { ...body, instances, claims: claimsOf(body) } }, leftOut };
  },

  delta(body) {
    if (!isDeltaFrame(body)) return undefined;
    const upserted = usable(body.upserted, body.service_name);
    const leftOut = body.upserted.length - upserted.length;
    return { event: { type: 'delta', data: { ...body, upserted, ...changedClaims(body) } }, leftOut };
  },
};

function isKnownType(type: string | undefined): type is WatchEvent['type'] {
  return type !== undefined && Object.hasOwn(READERS, type);
}

function parseJson(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function usable(instances: readonly unknown[], serviceName: string): readonly Instance[] {
  return instances.filter(isInstance).filter((instance) => instance.service_name === serviceName);
}

function claimsOf(body: JsonRecord): readonly RouteClaim[] {
  const claims = body['claims'];
  return Array.isArray(claims) ? claims.filter(isRouteClaim) : [];
}

/** A delta without them leaves them as they are. */
function changedClaims(body: JsonRecord): Pick<WatchDelta, 'claims'> {
  return body['claims'] === undefined ? {} : { claims: claimsOf(body) };
}

function isHello(body: JsonRecord): body is JsonRecord & WatchHello {
  return (
    isString(body['catalog_id']) &&
    isCount(body['revision']) &&
    isString(body['stream_secret']) &&
    typeof body['warming'] === 'boolean' &&
    typeof body['resumed'] === 'boolean' &&
    (body['stale_since'] === undefined || isCount(body['stale_since']))
  );
}

function isSynced(body: JsonRecord): body is JsonRecord & WatchSynced {
  return isCount(body['revision']) && isAck(body['ack']);
}

function isSnapshotFrame(
  body: JsonRecord,
): body is JsonRecord & Omit<WatchSnapshot, 'instances'> & { instances: unknown[] } {
  return isString(body['service_name']) && isCount(body['revision']) && Array.isArray(body['instances']);
}

function isDeltaFrame(
  body: JsonRecord,
): body is JsonRecord & Omit<WatchDelta, 'upserted'> & { upserted: unknown[] } {
  return (
    isString(body['service_name']) &&
    isCount(body['prev_revision']) &&
    isCount(body['revision']) &&
    Array.isArray(body['upserted']) &&
    isStrings(body['removed']) &&
    isAck(body['ack'])
  );
}

function isAck(value: unknown): boolean {
  return value === undefined || value === true;
}
