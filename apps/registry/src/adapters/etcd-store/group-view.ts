import type { Change, KeyValue, WatchEvent } from '@rollcall/etcd-client';
import { instanceKey } from '../../catalog/instance-index';
import type {
  DrainReference,
  DrainSubscriberState,
  Replica,
  ReplicaGroupFollower,
} from '../../ports/replica-group';
import type { EtcdKeys } from './etcd-keys';
import { readHeardReport } from './heard-report-value';
import { readAck, readReplica, type AckEntry, type ReplicaEntry } from './replica-values';

/** Who leads, and in which term. */
export interface Leader {
  readonly replicaId: string;
  /** The revision at which its key was created. */
  readonly token: number;
}

/** Who is there, as far as this process was told. */
export interface GroupView {
  readonly others: ReadonlyMap<string, Replica>;
  readonly leader: Leader | undefined;
  acksOf(drain: DrainReference): ReadonlyMap<string, readonly DrainSubscriberState[]>;
  apply(change: Change): void;
  /** @param hasGap reports may have been missed, and whoever left may have come back */
  become(keyValues: readonly KeyValue[], hasGap: boolean): void;
}

export interface GroupViewOptions {
  readonly keys: EtcdKeys;
  /** This replica; its own keys are of no interest here, apart from that of the leader. */
  readonly replicaId: string;
  readonly tell: Omit<ReplicaGroupFollower, 'leadershipChanged'>;
  readonly leaderChanged: () => void;
}

export function createGroupView({ keys, replicaId, tell, leaderChanged }: GroupViewOptions): GroupView {
  const others = new Map<string, ReplicaEntry>();
  /** By drain, and then by replica. */
  const acks = new Map<string, Map<string, AckEntry>>();
  let leader: Leader | undefined;

  function apply(event: WatchEvent): void {
    const name = event.kind === 'put' ? event.keyValue.key : event.key;
    const key = keys.parse(name);
    const value = event.kind === 'put' ? event.keyValue : undefined;
    if (key?.kind === 'leader') {
      leader = value && { replicaId: value.value.toString(), token: value.createRevision };
      leaderChanged();
    }
    if (key === undefined || !('replicaId' in key) || key.replicaId === replicaId) return;
    if (key.kind === 'replica') replicaChanged(key.replicaId, value && (readReplica(value.value) ?? UNKNOWN));
    if (key.kind === 'heard' && value !== undefined && others.has(key.replicaId)) {
      const report = readHeardReport(value.value);
      if (report !== undefined) tell.heard(key.replicaId, report);
    }
    if (key.kind === 'ack') ackChanged(key, value && readAck(value.value));
  }

  function replicaChanged(id: string, entry: ReplicaEntry | undefined): void {
    const before = others.get(id);
    if (entry !== undefined) {
      others.set(id, entry);
      if (before === undefined) tell.joined(id);
    } else if (before !== undefined) {
      others.delete(id);
      tell.left(id, before.leaving === true);
    }
  }

  function ackChanged(
    drain: { readonly serviceName: string; readonly instanceId: string; readonly replicaId: string },
    entry: AckEntry | undefined,
  ): void {
    const { serviceName, instanceId } = drain;
    const key = instanceKey(serviceName, instanceId);
    const known = acks.get(key) ?? new Map<string, AckEntry>();
    const before = known.get(drain.replicaId);
    if (entry === undefined) known.delete(drain.replicaId);
    else known.set(drain.replicaId, entry);
    if (known.size === 0) acks.delete(key);
    else acks.set(key, known);
    const revision = entry?.revision ?? before?.revision;
    if (revision !== undefined) tell.acknowledged({ serviceName, instanceId, revision });
  }

  return {
    others,
    get leader() {
      return leader;
    },
    acksOf({ serviceName, instanceId, revision }) {
      const known = acks.get(instanceKey(serviceName, instanceId)) ?? NO_ACKS;
      const current = [...known].filter(([, entry]) => entry.revision >= revision);
      return new Map(current.map(([id, { subscribers }]) => [id, subscribers]));
    },
    apply({ events }) {
      for (const event of events) if (event.kind === 'put') apply(event);
      // A replica's keys end together with its lease: whoever is told that it has left finds nothing of it any more.
      const deleted = events.filter((event) => event.kind === 'deleted');
      for (const event of deleted) if (!isReplica(event)) apply(event);
      for (const event of deleted) if (isReplica(event)) apply(event);
    },
    become(keyValues, hasGap) {
      const there = new Set(keyValues.map(({ key }) => key));
      for (const [id, entry] of [...others]) {
        const isThere = there.has(keys.replica(id));
        if (isThere && !hasGap) continue;
        others.delete(id);
        tell.left(id, !isThere && entry.leaving === true);
      }
      for (const known of [...acks.keys()]) forgetAcks(known, there);
      if (leader !== undefined && !there.has(keys.leader)) apply({ kind: 'deleted', key: keys.leader });
      const events = keyValues.map((keyValue): WatchEvent => ({ kind: 'put', keyValue }));
      for (const event of events) if (isReplica(event)) apply(event);
      for (const event of events) if (!isReplica(event)) apply(event);
    },
  };

  function forgetAcks(drain: string, there: ReadonlySet<string>): void {
    const [serviceName = '', instanceId = ''] = drain.split('\n');
    for (const id of acks.get(drain)?.keys() ?? [])
      if (!there.has(keys.ack(serviceName, instanceId, id)))
        ackChanged({ serviceName, instanceId, replicaId: id }, undefined);
  }

  function isReplica(event: WatchEvent): boolean {
    return keys.parse(event.kind === 'put' ? event.keyValue.key : event.key)?.kind === 'replica';
  }
}

const NO_ACKS: ReadonlyMap<string, AckEntry> = new Map<string, AckEntry>();
/** A newer version that says it otherwise: it is there all the same. */
const UNKNOWN: ReplicaEntry = { url: '', version: '' };
