import type { Logger } from '@rollcall/service-kit';
import { AppError } from '@rollcall/service-kit';
import type { PrimaryMessage, StopLimits } from './messages';
import { replacementAfter } from './replacement-policy';
import type { WorkerEnd, WorkerLink } from './worker-link';

/** The worker pool of a gateway: its processes, kept at their number from `start` to `stop`. */
export interface WorkerPool {
  /** Resolves with the port once all of them listen. @throws AppError with what kept one of them from it */
  start(): Promise<{ readonly port: number }>;
  /** Those that are there now. */
  readonly workers: readonly WorkerLink[];
  tell(message: PrimaryMessage): void;
  /** Ends every worker; none is replaced any more. Resolves when all have exited; those that take too long are killed. */
  stop(limits: StopLimits): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly size: number;
  /** Starts a process and gives it its first message; `place` is 0 … size - 1. */
  readonly fork: (place: number) => WorkerLink;
  readonly logger: Logger;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** A worker is gone for good. */
  readonly onGone: (worker: WorkerLink) => void;
  /** They cannot be kept alive. */
  readonly onLost: (error: AppError) => void;
}

interface Place {
  worker?: WorkerLink;
  /** Times of exits, milliseconds, monotonic. */
  deaths: number[];
  /** Whose worker has died while others had not started yet. */
  leftEarly?: DeadWorker;
}

interface DeadWorker extends WorkerEnd {
  readonly pid: number | undefined;
}

/** For a worker to exit after it has stopped. */
const EXIT_MARGIN_MS = 2000;

export function createWorkerPool({ size, fork, logger, now, onGone, onLost }: WorkerPoolOptions): WorkerPool {
  const places = Array.from({ length: size }, (): Place => ({ deaths: [] }));
  const pauses = new Set<NodeJS.Timeout>();
  let phase: 'starting' | 'working' | 'stopping' = 'starting';

  const present = (): WorkerLink[] => places.flatMap(({ worker }) => worker ?? []);

  function fill(place: number): WorkerLink {
    const worker = fork(place);
    const slot = places[place];
    if (slot !== undefined) slot.worker = worker;
    void worker.exited.then((end) => workerExited(place, worker, end));
    return worker;
  }

  function workerExited(place: number, worker: WorkerLink, end: WorkerEnd): void {
    const slot = places[place];
    if (slot === undefined) return;
    delete slot.worker;
    onGone(worker);
    const dead = { pid: worker.pid, code: end.code, signal: end.signal };
    if (phase === 'working') replace(place, slot, dead);
    // Where it has not started at all the start fails, with the worker's own reason.
    else if (phase === 'starting') slot.leftEarly = dead;
  }

  function replace(place: number, slot: Place, dead: DeadWorker): void {
    slot.deaths.push(now());
    const next = replacementAfter(slot.deaths, now());
    if (next.action === 'give-up') {
      const { deaths, withinMs } = next;
      onLost(
        new AppError({
          code: 'WORKERS_CRASH',
          status: 500,
          message: `Worker processes keep crashing: ${deaths} exits within ${withinMs / 1000} s. The log lines of the workers above have the cause.`,
        }),
      );
      return;
    }
    logger.warn('worker process died; starting a replacement', {
      event: 'worker_died',
      ...dead,
      replaced_in_ms: next.afterMs,
    });
    const pause = setTimeout(() => {
      pauses.delete(pause);
      fill(place);
    }, next.afterMs);
    pauses.add(pause);
  }

  return {
    async start() {
      const starts = await Promise.all(places.map((_slot, place) => fill(place).started));
      for (const started of starts)
        if (started.type === 'not-started')
          throw new AppError({ code: started.code, status: 500, message: started.message });
      if (phase === 'starting') {
        phase = 'working';
        for (const [place, slot] of places.entries())
          if (slot.leftEarly !== undefined) replace(place, slot, slot.leftEarly);
      }
      const [first] = starts;
      return { port: first?.type === 'listening' ? first.port : 0 };
    },
    get workers() {
      return present();
    },
    tell(message) {
      for (const worker of present()) worker.tell(message);
    },
    async stop(limits) {
      phase = 'stopping';
      for (const pause of pauses) clearTimeout(pause);
      const leaving = present();
      for (const worker of leaving) worker.tell({ type: 'stop', limits });
      const overstayed = setTimeout(() => {
        for (const worker of present()) worker.kill();
      }, limits.timeoutMs + EXIT_MARGIN_MS);
      await Promise.all(leaving.map(({ exited }) => exited));
      clearTimeout(overstayed);
    },
  };
}
