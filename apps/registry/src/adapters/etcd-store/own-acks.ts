import type { CommittedChange } from '../../catalog/changes/change';
import { instanceKey } from '../../catalog/instance-index';
import type { DrainReference, DrainSubscriberState } from '../../ports/replica-group';
import { ackValue } from './replica-values';

/** What the subscribers of this replica have acknowledged, on its way to the others. */
export interface OwnAcks {
  set(drain: DrainReference, subscribers: readonly DrainSubscriberState[]): void;
  /** A drain is over once its instance is gone, or is another incarnation. */
  follow(change: CommittedChange): void;
  /** Writes what is not written yet. What fails is tried again the next time. */
  flush(): Promise<void>;
  /** The keys have ended with their lease: all of it has to be written again. */
  lost(): void;
}

export interface AckWriter {
  put(drain: DrainReference, value: string): Promise<unknown>;
  remove(drain: DrainReference): Promise<unknown>;
}

interface OwnAck {
  readonly drain: DrainReference;
  /** Absent: the key is to be deleted. */
  readonly value: string | undefined;
}

export function createOwnAcks(writer: AckWriter): OwnAcks {
  const acks = new Map<string, OwnAck>();
  const unwritten = new Set<string>();
  let flushing: Promise<void> | undefined;

  function flush(): Promise<void> {
    return (flushing ??= writeAll().finally(() => (flushing = undefined)));
  }

  async function writeAll(): Promise<void> {
    for (const key of unwritten) {
      const ack = acks.get(key);
      if (ack === undefined) continue;
      // What is said meanwhile is written after it.
      unwritten.delete(key);
      try {
        if (ack.value !== undefined) await writer.put(ack.drain, ack.value);
        else await writer.remove(ack.drain);
      } catch {
        unwritten.add(key);
        return;
      }
      if (ack.value === undefined && acks.get(key) === ack) acks.delete(key);
    }
  }

  return {
    set(drain, subscribers) {
      const key = instanceKey(drain.serviceName, drain.instanceId);
      const value = ackValue({ revision: drain.revision, subscribers });
      if (acks.get(key)?.value === value) return;
      acks.set(key, { drain, value });
      unwritten.add(key);
      void flush();
    },
    follow({ serviceName, put, remove }) {
      if (acks.size === 0) return;
      const over = put.filter(({ standing }) => standing.condition.status !== 'draining');
      for (const instanceId of [...remove, ...over.map((record) => record.instanceId)]) {
        const key = instanceKey(serviceName, instanceId);
        const ack = acks.get(key);
        if (ack?.value === undefined) continue;
        acks.set(key, { drain: ack.drain, value: undefined });
        unwritten.add(key);
        void flush();
      }
    },
    flush,
    lost() {
      for (const [key, { value }] of acks) {
        if (value === undefined) acks.delete(key);
        else unwritten.add(key);
      }
    },
  };
}
