import type { Worker } from 'node:cluster';
import type { TakenLoad } from '@rollcall/registry-client';
import { AppError } from '@rollcall/service-kit';
import { workerMessageOf, type PrimaryMessage, type WorkerMessage } from './messages';

/** One worker as the primary sees it. */
export interface WorkerLink {
  readonly pid: number | undefined;
  /** Has it heard everything from a registry? */
  readonly synced: boolean;
  /** Its port, or why it has none. */
  readonly started: Promise<Extract<WorkerMessage, { type: 'listening' | 'not-started' }>>;
  /** Resolves when the process is gone, with how it ended. */
  readonly exited: Promise<WorkerEnd>;
  /** Does nothing once it is gone. */
  tell(message: PrimaryMessage): void;
  /** @throws AppError the worker's own, or `WORKER_SILENT` when it does not answer in time */
  ask(operation: string, input: unknown): Promise<unknown>;
  /** Passes a SIGHUP on, unless the worker does not listen yet: it has no handler for the signal then, and would die of it. */
  hangUp(): void;
  kill(): void;
}

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A worker whose event loop does not turn for so long is left out of an answer, milliseconds. */
const ANSWER_TIMEOUT_MS = 2000;

/** @param onLastLoad told, before it exits, of what the worker has counted and nobody has asked for */
export function createWorkerLink(worker: Worker, onLastLoad: (load: TakenLoad) => void): WorkerLink {
  const waiting = new Map<
    number,
    (message: Extract<WorkerMessage, { type: 'answer' | 'no-answer' }>) => void
  >();
  let synced = false;
  let listens = false;
  let asked = 0;
  let settleStart: (message: Extract<WorkerMessage, { type: 'listening' | 'not-started' }>) => void = () =>
    undefined;
  const started = new Promise<Extract<WorkerMessage, { type: 'listening' | 'not-started' }>>(
    (resolve) => (settleStart = resolve),
  );
  const exited = new Promise<WorkerEnd>((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) => {
      const message = `worker process ${worker.process.pid} exited with ${signal ?? code}`;
      settleStart({ type: 'not-started', code: 'WORKER_DIED', message });
      for (const [id, settle] of waiting) settle(silence(id, message));
      resolve({ code, signal });
    });
  });
  // A channel that breaks is followed by the exit, which says all there is to say.
  worker.on('error', () => undefined);
  worker.on('message', (message: unknown) => {
    const known = workerMessageOf(message);
    switch (known?.type) {
      case 'listening':
        listens = true;
        return settleStart(known);
      case 'not-started':
        return settleStart(known);
      case 'synced':
        synced = true;
        return;
      case 'last-load':
        return onLastLoad(known.load);
      case 'answer':
      case 'no-answer':
        return waiting.get(known.id)?.(known);
      case undefined:
        return;
    }
  });

  function tell(message: PrimaryMessage): void {
    if (worker.isConnected()) worker.send(message);
  }

  return {
    pid: worker.process.pid,
    get synced() {
      return synced;
    },
    started,
    exited,
    tell,
    ask: (operation, input) =>
      new Promise((resolve, reject) => {
        const id = asked++;
        const timer = setTimeout(
          () =>
            settle(
              silence(
                id,
                `worker process ${worker.process.pid} did not answer within ${ANSWER_TIMEOUT_MS} ms`,
              ),
            ),
          ANSWER_TIMEOUT_MS,
        );
        const settle = (message: Extract<WorkerMessage, { type: 'answer' | 'no-answer' }>): void => {
          clearTimeout(timer);
          waiting.delete(id);
          if (message.type === 'answer') return resolve(message.answer);
          const { code, status, message: text, expose } = message;
          reject(new AppError({ code, status, message: text, expose }));
        };
        waiting.set(id, settle);
        if (worker.isConnected()) tell({ type: 'ask', id, operation, input });
        else settle(silence(id, `worker process ${worker.process.pid} has exited`));
      }),
    hangUp() {
      if (listens) worker.process.kill('SIGHUP');
    },
    kill: () => worker.process.kill('SIGKILL'),
  };
}

function silence(id: number, message: string): Extract<WorkerMessage, { type: 'no-answer' }> {
  return {
    type: 'no-answer',
    id,
    code: 'WORKER_SILENT',
    status: 503,
    message: `No answer: ${message}. Try again in a moment.`,
    expose: true,
  };
}
