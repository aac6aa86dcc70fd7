import type { Health } from './health-check';

export interface HealthLoopOptions {
  readonly check: () => Promise<Health>;
  /** Between checks until the first success, milliseconds. */
  readonly firstEveryMs: number;
  readonly everyMs: number;
  /** So many failures in a row mean that the program does not answer any more. */
  readonly failures: number;
  /** It has answered: for the first time, or again. */
  readonly onAnswers: () => void;
  readonly onFails: (why: string) => void;
}

export interface HealthLoop {
  /** Why the latest check failed, if it did. */
  readonly lastFault: string | undefined;
  stop(): void;
}

/** Asks a program again and again whether it is well, and tells when that changes. One check at a time. */
export function startHealthLoop(options: HealthLoopOptions): HealthLoop {
  const { check, firstEveryMs, everyMs, failures, onAnswers, onFails } = options;
  let answers: boolean | undefined;
  let failed = 0;
  let lastFault: string | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const health = await check();
    if (stopped) return;
    take(health);
    timer = setTimeout(() => void look(), answers === undefined ? firstEveryMs : everyMs);
  }

  function take(health: Health): void {
    lastFault = health.ok ? undefined : health.why;
    failed = health.ok ? 0 : failed + 1;
    if (health.ok && answers !== true) {
      answers = true;
      onAnswers();
    } else if (!health.ok && answers === true && failed >= failures) {
      answers = false;
      onFails(health.why);
    }
  }

  void look();
  return {
    get lastFault() {
      return lastFault;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
