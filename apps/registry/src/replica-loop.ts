import type { Logger } from '@rollcall/service-kit';
import { stallGrace } from './catalog/leases/stall-grace';
import { createTaskLoop, type TaskLoop } from './interval-loop';
import type { Clock } from './ports/clock';
import { REPORT_INTERVAL_MS, type ReplicaGroup } from './ports/replica-group';
import type { ReplicasFollowing } from './replicas';

export interface ReplicaLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly group: Pick<ReplicaGroup, 'publish'>;
  readonly replicas: Pick<ReplicasFollowing, 'compose'>;
  readonly heartbeatIntervalMs: number;
}

export interface ReplicaLoop extends Pick<TaskLoop, 'start'> {
  /** Reports once more. @returns whether everything that was heard here has been reported */
  stop(): Promise<boolean>;
  /** The next report names every open session: a replica has joined that has not been told of them. */
  tellAll(): void;
}

/** All sessions are told once more each half minute, to whomever has missed a report. */
const FULL_EVERY = 15;

/** A loop that reports to the other replicas which instances have been heard here. */
export function createReplicaLoop(options: ReplicaLoopOptions): ReplicaLoop {
  const { clock, logger, group, replicas, heartbeatIntervalMs } = options;
  let untilFull = 0;
  let dueAt = clock.moment().now;
  let deafUntil = -Infinity;
  let isFailing = false;
  const loop = createTaskLoop({ clock, intervalMs: REPORT_INTERVAL_MS, firstAfterMs: () => 0, run: report });

  return {
    start() {
      dueAt = clock.moment().now;
      loop.start();
    },
    async stop() {
      await loop.stop();
      // Heartbeats of the last two seconds.
      await report();
      return !isFailing;
    },
    tellAll() {
      untilFull = 0;
    },
  };

  async function report(): Promise<void> {
    const { now } = clock.moment();
    // Heartbeats that came while the process was stalled are waiting unread.
    deafUntil = Math.max(deafUntil, now + stallGrace(now - dueAt, heartbeatIntervalMs));
    const { report: composed, committed } = replicas.compose({
      isDeaf: now < deafUntil,
      isFull: untilFull === 0,
    });
    try {
      committed(await group.publish(composed));
      untilFull = untilFull === 0 ? FULL_EVERY : untilFull - 1;
      if (isFailing)
        logger.info('reports to the other replicas are committed again', { event: 'report_recovered' });
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        logger.warn(
          'a report to the other replicas could not be committed; what is in it goes into the next one',
          {
            event: 'report_failed',
            error,
          },
        );
      isFailing = true;
    }
    dueAt = clock.moment().now + REPORT_INTERVAL_MS;
  }
}
