import type { Clock } from '../../../src/ports/clock';
import type { Replica } from '../../../src/ports/replica-group';
import { EngineLog } from './engine-log';
import { createEngineReplica, LEASE_MS, type EngineReplica } from './engine-replica';

/**
 * An engine in memory that several registries work on: one order of everything, fences, leases of replicas, and a
 * leader that is elected among them. What a network does is for specs to say.
 */
export interface SharedMemoryEngine {
  readonly log: EngineLog;
  replica(name: string): EngineReplica;
  /** Has a replica lead in place of the one that does, which is told when it is told of everything else. */
  depose(successor: string): void;
}

export function createSharedEngine(
  clock: Clock,
  later: (task: () => void) => void = queueMicrotask,
): SharedMemoryEngine {
  const log = new EngineLog();
  const members = new Map<string, Replica>();
  const leases = new Map<string, () => void>();

  function alive(name: string): void {
    leases.get(name)?.();
    leases.set(
      name,
      clock.after(LEASE_MS, () => gone(name, false)),
    );
    if (!members.has(name)) {
      members.set(name, { url: `http://${name}`, version: '1' });
      log.append({ type: 'joined', replica: name });
    }
    if (log.leader === undefined) log.elect(name);
  }

  function gone(name: string, orderly: boolean): void {
    leases.get(name)?.();
    leases.delete(name);
    if (!members.delete(name)) return;
    // A lease ends with all that is under it.
    log.resign(name);
    log.append({ type: 'left', replica: name, orderly });
  }

  return {
    log,
    replica: (name) => createEngineReplica({ log, clock, name, later, members, alive, gone }),
    depose(successor) {
      // Leadership is under the lease of its replica.
      if (members.has(successor)) log.elect(successor);
    },
  };
}
