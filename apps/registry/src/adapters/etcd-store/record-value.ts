import type { ProposedRecord } from '../../catalog/changes/change';
import type { InstanceRecord } from '../../catalog/instance/instance-record';
import { urlHash } from './etcd-keys';
import {
  hasShape,
  isArrayOf,
  isNumber,
  isObject,
  isOneOf,
  isOptional,
  isText,
  isTextOrNull,
  valueOf,
} from './stored-value';

/**
 * A record as it is kept. Fields that this version does not know stay in the object, and so in everything that is made of
 * it by spreading: whoever changes a newer version's record keeps what it does not understand.
 */
export function recordValue(record: ProposedRecord): string {
  // Only etcd knows the revision. An epoch of 0: this incarnation begins with the revision of the key.
  const epoch = record.epoch === 'begins' ? 0 : record.epoch;
  return JSON.stringify({ v: 1, ...record, epoch, revision: undefined });
}

/** @returns `undefined` for what is not a record of that key, or has a form that is not known here */
export function readRecord(
  bytes: Buffer,
  { serviceName, hash }: { readonly serviceName: string; readonly hash: string },
  revision: number,
): InstanceRecord | undefined {
  const value = valueOf(bytes);
  if (!isRecord(value)) return undefined;
  // By callers this cannot be anything else: the check has looked at each field.
  const { v, ...record } = value as unknown as StoredRecord;
  const { registration } = record;
  if (registration.serviceName !== serviceName || urlHash(registration.url) !== hash) return undefined;
  if (!Number.isSafeInteger(record.epoch) || record.epoch < 0 || record.epoch > revision) return undefined;
  // The number of a newer version stays with the record, as the fields do that came with it.
  return { ...record, ...(v !== 1 && { v }), epoch: record.epoch === 0 ? revision : record.epoch, revision };
}

interface StoredRecord extends Omit<InstanceRecord, 'revision'> {
  readonly v: number;
}

const isRoute = hasShape({ path_prefix: isText, host: isOptional(isText) });

const isRegistration = hasShape({
  serviceName: isText,
  url: isText,
  version: isTextOrNull,
  zone: isTextOrNull,
  tags: isArrayOf(isText),
  weight: isNumber,
  metadata: isObject,
  routes: isArrayOf(isRoute),
  ttlSeconds: isNumber,
  healthPath: isText,
  protocol: isOptional(isText),
});

const isPlainCondition = hasShape({ status: isOneOf('starting', 'up', 'draining') });
const isSuspicion = hasShape({
  status: isOneOf('suspect'),
  cause: isOneOf('session_lost', 'probes_failed', 'held'),
  before: isOneOf('starting', 'up'),
});

const isStanding = hasShape({
  condition: (value) => isPlainCondition(value) || isSuspicion(value),
  override: isOptional(hasShape({ status: isOneOf('out_of_service'), reason: isText })),
});

const isRecord = hasShape({
  v: isNumber,
  instanceId: isText,
  registration: isRegistration,
  standing: isStanding,
  registeredAt: isNumber,
  epoch: isNumber,
  refusedRoutes: isOptional(
    isArrayOf(hasShape({ path_prefix: isText, host: isOptional(isText), code: isText, reason: isText })),
  ),
});
