import { EtcdError } from './etcd-fault';
import type { WireKeyValue } from './messages';

/** A key as it was at the revision that was read. */
export interface KeyValue {
  /** UTF-8; bytes of a foreign key that are not become U+FFFD. */
  readonly key: string;
  readonly value: Buffer;
  readonly createRevision: number;
  readonly modRevision: number;
  /** 1 for a key that was just created. */
  readonly version: number;
  /** The lease that it ends with. A text, since it has 63 bits. */
  readonly lease: string | undefined;
}

/** A list of keys as they were at one revision. */
export interface KeyValues {
  readonly revision: number;
  readonly keyValues: readonly KeyValue[];
}

export interface ListOptions {
  /** Default: the latest. */
  readonly revision?: number;
  /** Default 1000 keys. */
  readonly pageSize?: number;
  /** Each value is empty then. */
  readonly keysOnly?: boolean;
}

export function keyValueOf(wire: WireKeyValue): KeyValue {
  return {
    key: wire.key.toString(),
    value: wire.value,
    createRevision: revisionOf(wire.create_revision),
    modRevision: revisionOf(wire.mod_revision),
    version: Number(wire.version),
    lease: wire.lease === '0' ? undefined : wire.lease,
  };
}

/** @throws unexpected, at a revision that a JavaScript number does not hold exactly: it would be resumed at another one */
export function revisionOf(text: string): number {
  const revision = Number(text);
  if (Number.isSafeInteger(revision) && revision >= 0) return revision;
  throw new EtcdError('unexpected', `revision ${text} is not below 2^53`);
}
