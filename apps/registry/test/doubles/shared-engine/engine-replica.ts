import { registryBehind, storeUnavailable } from '../../../src/errors';
import type { CatalogStore, StoreFollower } from '../../../src/ports/catalog-store';
import type { Clock } from '../../../src/ports/clock';
import type {
  DrainReference,
  DrainSubscriberState,
  Replica,
  ReplicaGroup,
  ReplicaGroupFollower,
} from '../../../src/ports/replica-group';
import type { EngineEvent, EngineLog } from './engine-log';
import { RecordRevisions } from './record-revisions';

/** A replica's way to the engine, with what a spec may do to it. */
export interface EngineReplica {
  readonly store: CatalogStore;
  readonly group: ReplicaGroup;
  /** How long what has happened takes to get here, milliseconds. */
  delayMs: number;
  /** Whether its reports fail, and nothing else does. */
  refusesReports: boolean;
  /** Calls that wait until it has been told of more. */
  readonly waiting: number;
  /** Nothing gets through any more, in either direction, until `restore`. */
  cutOff(): void;
  restore(): void;
  /** The process is gone: it says and does nothing more. */
  kill(): void;
  /** What has happened and was not told yet is lost; the replica is told of the catalog as it is. */
  loseChanges(): void;
}

/** A report keeps its replica attached for so long, and then in the group for a little longer. */
const ATTACHED_MS = 8000;
export const LEASE_MS = 10_000;
const DEADLINE_MS = 1000;
const PATIENCE_MS = 2000;
/** For being told of what was committed, as over etcd. */
const COMMIT_PATIENCE_MS = 5000;
const HERE: Replica = { url: 'http://replica', version: '1' };

export interface EngineReplicaOptions {
  readonly log: EngineLog;
  readonly clock: Clock;
  readonly name: string;
  /** Calls of the engine take their turn. */
  readonly later: (task: () => void) => void;
  readonly members: Map<string, Replica>;
  /** Told when this replica is there, and when it has said so again. */
  readonly alive: (name: string) => void;
  readonly gone: (name: string, orderly: boolean) => void;
}

export function createEngineReplica(options: EngineReplicaOptions): EngineReplica {
  const { log, clock, name, later, members } = options;
  let records = RecordRevisions.none();
  let follower: StoreFollower | undefined;
  let groupFollower: ReplicaGroupFollower | undefined;
  let position = 0;
  let isCut = false;
  let isGone = false;
  let isDetached = false;
  let reportedAt = -Infinity;
  let hasJoined = false;
  let leadership: ReplicaGroup['leadership'];
  const others = new Map<string, Replica>();
  const acks = new Map<
    string,
    Map<string, { revision: number; subscribers: readonly DrainSubscriberState[] }>
  >();
  let inbox: { readonly event: EngineEvent; readonly revision: number; readonly at: number }[] = [];
  const awaiting: { readonly revision: number; readonly done: () => void }[] = [];
  const replica: EngineReplica = {
    delayMs: 0,
    refusesReports: false,
    get waiting() {
      return awaiting.length;
    },
    cutOff: () => void (isCut = true),
    restore() {
      isCut = false;
      deliver();
    },
    kill: () => void (isGone = true),
    loseChanges() {
      if (isCut || isGone) return;
      inbox = [];
      position = log.revision;
      records = log.records.copy();
      follower?.replaced(log.stored());
      for (const other of [...others.keys()])
        if (!members.has(other)) hear({ type: 'left', replica: other, orderly: false }, HERE);
      for (const [other, what] of members) hear({ type: 'joined', replica: other }, what);
      const { replica: leader, fence } = log.leader ?? { replica: undefined, fence: undefined };
      hear({ type: 'leads', leader, fence }, HERE);
      settle();
    },
    store: {
      async open() {
        records = log.records.copy();
        position = log.revision;
        log.onEvent((event, revision) => {
          inbox.push({ event, revision, at: clock.moment().now });
          if (replica.delayMs === 0) later(deliver);
          else clock.after(replica.delayMs, deliver);
        });
        return log.stored();
      },
      follow: (whoIsTold) => void (follower = whoIsTold),
      async commit(change, under) {
        const known = records.of(change);
        const result = await call(() => log.commit(change, known, under, name)).catch((error: unknown) => {
          throw storeUnavailable(error);
        });
        if (result.kind === 'committed') await inTime(told(result.change.revision), COMMIT_PATIENCE_MS);
        if (result.kind === 'conflict') await inTime(told(log.revision), COMMIT_PATIENCE_MS);
        return result;
      },
      async reach(revision) {
        if (revision <= (await call(() => log.revision).catch(behind))) await inTime(told(revision));
      },
      async confirmUnknown() {
        await inTime(told(await call(() => log.revision).catch(behind)));
      },
      maxRecordsPerChange: 3,
      get status() {
        return clock.moment().now - reportedAt > ATTACHED_MS && hasJoined ? 'detached' : 'writable';
      },
      describe: () => ({ kind: 'etcd', journalBytes: 0, snapshotBytes: 0, snapshotDueBytes: 0 }),
      async close() {
        follower = undefined;
      },
    },
    group: {
      isShared: true,
      replicaId: name,
      get leadership() {
        return leadership;
      },
      others,
      get seen() {
        return position;
      },
      follow: (whoIsTold) => void (groupFollower = whoIsTold),
      async join() {
        for (const [other, what] of members) hear({ type: 'joined', replica: other }, what);
        await call(() => options.alive(name));
        hasJoined = true;
        reportedAt = clock.moment().now;
        watchAttachment();
      },
      async publish(report) {
        if (replica.refusesReports) throw new Error('the report was not committed');
        const sentAt = clock.moment().now;
        const revision = await call(() => {
          options.alive(name);
          return log.append({ type: 'heard', replica: name, report });
        });
        reportedAt = sentAt;
        if (isDetached) {
          isDetached = false;
          // A replica that is stopped meanwhile must not wait for that.
          void told(revision).then(() => follower?.attachmentChanged(true));
        }
        watchAttachment();
        return revision;
      },
      acknowledge(drain, subscribers) {
        void call(() => log.append({ type: 'acknowledged', replica: name, drain, subscribers })).catch(() =>
          clock.after(DEADLINE_MS, () => replica.group.acknowledge(drain, subscribers)),
        );
      },
      acksOf: (drain) =>
        new Map(
          Array.from(acks.get(keyOf(drain)) ?? []).flatMap(([from, ack]) =>
            ack.revision >= drain.revision ? [[from, ack.subscribers] as const] : [],
          ),
        ),
      async leave({ orderly }) {
        if (!hasJoined || isGone) return;
        isGone = true;
        // One that is cut off cannot say goodbye: its lease ends by itself, and the others count it as lost.
        if (!isCut) options.gone(name, orderly);
      },
    },
  };
  return replica;

  /** A call of the engine, with a deadline for one that does not get through. */
  function call<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (isGone) return reject(new Error('the process is gone'));
      const late = (): void => void clock.after(DEADLINE_MS, () => reject(new Error('the deadline is over')));
      if (isCut) return late();
      later(() => (isCut ? late() : resolve(work())));
    });
  }

  function watchAttachment(): void {
    const since = reportedAt;
    clock.after(ATTACHED_MS + 1, () => {
      if (since !== reportedAt || isDetached || isGone) return;
      isDetached = true;
      follower?.attachmentChanged(false);
    });
  }

  function deliver(): void {
    const { now } = clock.moment();
    while (!isCut && !isGone) {
      const next = inbox[0];
      if (next === undefined || next.at + replica.delayMs > now) break;
      inbox.shift();
      position = next.revision;
      if (next.event.type === 'changed') {
        records.apply(next.event.change);
        follower?.changed(next.event.change);
      } else hear(next.event, HERE);
      settle();
    }
  }

  function hear(event: Exclude<EngineEvent, { type: 'changed' }>, what: Replica): void {
    switch (event.type) {
      case 'leads': {
        const before = leadership;
        leadership = event.leader === name ? event.fence : undefined;
        if (before !== leadership) groupFollower?.leadershipChanged(leadership);
        return;
      }
      case 'joined':
        if (event.replica === name || others.has(event.replica)) return;
        others.set(event.replica, what);
        return groupFollower?.joined(event.replica);
      case 'left':
        for (const ofDrain of acks.values()) ofDrain.delete(event.replica);
        if (others.delete(event.replica)) groupFollower?.left(event.replica, event.orderly);
        return;
      case 'heard':
        if (event.replica !== name) groupFollower?.heard(event.replica, event.report);
        return;
      case 'acknowledged': {
        if (event.replica === name) return;
        const ofDrain = acks.get(keyOf(event.drain)) ?? new Map();
        acks.set(keyOf(event.drain), ofDrain);
        ofDrain.set(event.replica, { revision: event.drain.revision, subscribers: event.subscribers });
        return groupFollower?.acknowledged(event.drain);
      }
    }
  }

  function told(revision: number): Promise<void> {
    return position >= revision
      ? Promise.resolve()
      : new Promise((done) => awaiting.push({ revision, done: () => done() }));
  }

  function settle(): void {
    for (const { done } of awaiting.filter(({ revision }) => revision <= position)) done();
    for (let index = awaiting.length - 1; index >= 0; index -= 1)
      if ((awaiting[index]?.revision ?? Infinity) <= position) awaiting.splice(index, 1);
  }

  function inTime(work: Promise<void>, patienceMs = PATIENCE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      clock.after(patienceMs, () => reject(registryBehind()));
      work.then(resolve, reject);
    });
  }
}

function behind(error: unknown): never {
  throw registryBehind(error);
}

function keyOf({ serviceName, instanceId }: DrainReference): string {
  return `${serviceName} ${instanceId}`;
}
