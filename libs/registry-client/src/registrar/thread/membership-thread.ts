import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { failureOfError, type RegistryFailure } from '../../registry/registry-failure';
import type { RegistrarReport } from '../registrar-report';
import type {
  MainThreadMessage,
  MembershipReply,
  MembershipThreadData,
  WorkerThreadMessage,
} from './thread-messages';

/** The worker thread of a membership, as seen from the main thread. */
export interface MembershipThread {
  /** Whether it has started at all: one that did not would not start the next time either. */
  readonly wasReady: boolean;
  begin(): void;
  /** One message of a kind at a time. @returns `undefined` when the thread dies before it answers, or has died */
  ask(message: Exclude<MainThreadMessage, { kind: 'begin' }>): Promise<MembershipReply | undefined>;
  end(): Promise<void>;
}

/** No thread can be started: not permitted, no more available, or a bundle without the thread's file. */
interface NoThread {
  readonly failure: RegistryFailure;
}

/** @param onDied called once, and not after `end` */
export function startMembershipThread(
  data: MembershipThreadData,
  report: RegistrarReport,
  onDied: (failure: RegistryFailure) => void,
): MembershipThread | NoThread {
  const worker = startWorker(data);
  if ('failure' in worker) return worker;
  let wasReady = false;
  let living = true;
  let ending = false;
  let failure: RegistryFailure | undefined;
  const answers = new Map<MembershipReply['kind'], (reply: MembershipReply | undefined) => void>();
  const answered = (kind: MembershipReply['kind'], reply: MembershipReply | undefined): void => {
    answers.get(kind)?.(reply);
    answers.delete(kind);
    if (answers.size === 0) worker.unref();
  };

  worker.on('message', (message: WorkerThreadMessage) => {
    switch (message.kind) {
      case 'ready':
        wasReady = true;
        return;
      case 'event':
        return report.event(message.event);
      case 'state':
        return report.state(message.state);
      case 'reply':
        return answered(message.reply.kind, message.reply);
    }
  });
  worker.on('error', (error) => (failure = failureOfError(error)));
  worker.on('exit', (code) => {
    living = false;
    for (const kind of answers.keys()) answered(kind, undefined);
    if (!ending) onDied(failure ?? { code: 'THREAD_EXITED', message: `the thread exited with code ${code}` });
  });
  // After the listeners: adding one for messages refs the thread again.
  worker.unref();

  return {
    get wasReady() {
      return wasReady;
    },
    begin: () => worker.postMessage({ kind: 'begin' } satisfies MainThreadMessage),
    ask(message) {
      if (!living) return Promise.resolve(undefined);
      // Whoever waits for the answer may have nothing else that keeps the process alive.
      worker.ref();
      return new Promise<MembershipReply | undefined>((resolve) => {
        answers.set(message.kind, resolve);
        worker.postMessage(message);
      });
    },
    async end() {
      ending = true;
      await worker.terminate();
    },
  };
}

function startWorker(workerData: MembershipThreadData): Worker | NoThread {
  // A bundle of ES modules has no folder, and one of CommonJS has another than this file's.
  const file = typeof __dirname === 'string' ? join(__dirname, 'membership-worker.js') : undefined;
  if (file === undefined || !existsSync(file)) {
    const message =
      'the file of the worker thread is missing, as in a bundle; leave this package out of the bundle to have the thread';
    return { failure: { code: 'NO_THREAD_FILE', message } };
  }
  try {
    return new Worker(file, {
      name: 'rollcall-registrar',
      workerData,
      // Modules that the host preloads into its own threads (`-r`, `--import`) are not for this one.
      execArgv: [],
    });
  } catch (error) {
    // No permission (`--permission`), no thread left, data that cannot be cloned.
    return { failure: failureOfError(error) };
  }
}
