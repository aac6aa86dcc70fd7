import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { failureOfError, type RegistryFailure } from '../registry/registry-failure';
import type {
  MembershipNews,
  MembershipOrder,
  MembershipReply,
  MembershipThreadData,
} from './membership-messages';
import type { MembershipReport } from './membership-scope';

/** A membership's thread, as long as it lives. */
export interface MembershipThread {
  /** Whether it came to life at all: one that did not would not do so the next time either. */
  readonly wasReady: boolean;
  begin(): void;
  /** One order at a time. @returns `undefined` when the thread has died of it, or had died before */
  ask(order: Exclude<MembershipOrder, { kind: 'begin' }>): Promise<MembershipReply | undefined>;
  end(): Promise<void>;
}

/** No thread can be had here: this process may not have one, has no more, or is a bundle without the thread's file. */
export interface NoThread {
  readonly failure: RegistryFailure;
}

/** @param onDied told once, and not after `end` */
export function startMembershipThread(
  data: MembershipThreadData,
  report: MembershipReport,
  onDied: (failure: RegistryFailure) => void,
): MembershipThread | NoThread {
  const worker = startWorker(data);
  if ('failure' in worker) return worker;
  let wasReady = false;
  let living = true;
  let ending = false;
  let failure: RegistryFailure | undefined;
  let answer: ((reply: MembershipReply | undefined) => void) | undefined;

  worker.on('message', (news: MembershipNews) => {
    switch (news.kind) {
      case 'ready':
        wasReady = true;
        return;
      case 'event':
        return report.event(news.event);
      case 'state':
        return report.state(news.state);
      case 'reply':
        return answer?.(news.reply);
    }
  });
  worker.on('error', (error) => (failure = failureOfError(error)));
  worker.on('exit', (code) => {
    living = false;
    answer?.(undefined);
    if (!ending) onDied(failure ?? { code: 'THREAD_EXITED', message: `the thread ended with ${code}` });
  });
  // After the listeners: adding one for messages would have the thread hold the process again.
  worker.unref();

  return {
    get wasReady() {
      return wasReady;
    },
    begin: () => worker.postMessage({ kind: 'begin' } satisfies MembershipOrder),
    async ask(order) {
      if (!living) return undefined;
      // Whoever waits for the answer may have nothing else that keeps the process alive.
      worker.ref();
      try {
        return await new Promise<MembershipReply | undefined>((resolve) => {
          answer = resolve;
          worker.postMessage(order);
        });
      } finally {
        worker.unref();
      }
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
      'the file of the thread is missing, as in a bundle; keep this package external to have a thread';
    return { failure: { code: 'NO_THREAD_FILE', message } };
  }
  try {
    return new Worker(file, {
      name: 'rollcall-registrar',
      workerData,
      // What the host has preloaded into its own threads (`-r`, `--import`) is not for this one.
      execArgv: [],
    });
  } catch (error) {
    // No permission (`--permission`), no thread left, data that cannot be cloned.
    return { failure: failureOfError(error) };
  }
}
