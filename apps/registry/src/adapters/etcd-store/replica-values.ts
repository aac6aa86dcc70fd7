import type { DrainSubscriberState, Replica } from '../../ports/replica-group';
import {
  hasShape,
  isArrayOf,
  isBoolean,
  isNumber,
  isOptional,
  isText,
  isTextOrNull,
  valueOf,
} from './stored-value';

/** What a replica says of itself. */
export interface ReplicaEntry extends Replica {
  /** It has ended its streams, and its key is deleted in a moment. */
  readonly leaving?: boolean;
}

/** The highest format of values that all replicas have to understand before it is written. */
const WRITES = 1;

export function replicaValue({ url, version, leaving }: ReplicaEntry): string {
  return JSON.stringify({ v: 1, url, version, writes: WRITES, leaving });
}

export function readReplica(bytes: Buffer): ReplicaEntry | undefined {
  const value = valueOf(bytes);
  return isReplica(value) ? (value as unknown as ReplicaEntry) : undefined;
}

/** What a replica knows of the subscribers of a drain. */
export interface AckEntry {
  readonly revision: number;
  readonly subscribers: readonly DrainSubscriberState[];
}

export function ackValue({ revision, subscribers }: AckEntry): string {
  return JSON.stringify({ v: 1, revision, subscribers });
}

export function readAck(bytes: Buffer): AckEntry | undefined {
  const value = valueOf(bytes);
  if (!isAck(value)) return undefined;
  const { revision, subscribers } = value as unknown as AckEntry;
  return { revision, subscribers };
}

const isReplica = hasShape({
  v: isNumber,
  url: isText,
  version: isText,
  leaving: isOptional(isBoolean),
});

const isAck = hasShape({
  v: isNumber,
  revision: isNumber,
  subscribers: isArrayOf(
    hasShape({
      subscriber: isText,
      acked: isBoolean,
      connected: isBoolean,
      instanceId: isTextOrNull,
      serviceName: isTextOrNull,
      actor: isText,
    }),
  ),
});
