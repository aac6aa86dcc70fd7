/** Why the files are looked at: their turn has come, or an operator has sent SIGHUP, who wants an answer at once. */
export type LookReason = 'timer' | 'sighup';

/** When to look again: after the usual interval, or soon, since what was seen may be a file that is still being written. */
export type NextLook = 'later' | 'soon';

export interface FileWatchLoop {
  /** Call after the first look, which is the caller's own: only he knows what becomes of files that are bad from the start. */
  start(): void;
  /** Resolves once no look runs; when looks are synchronous none does after the call. Idempotent. */
  stop(): Promise<void>;
}

export interface FileWatchLoopOptions {
  /** Reads the files and reports what has changed. Neither throws nor rejects. */
  readonly look: (reason: LookReason) => NextLook | Promise<NextLook>;
  /** Milliseconds. Too low reads the disk for nothing; too high keeps an old file in force that much longer. */
  readonly everyMs: number;
  /** How long a new content has to stand before it is believed, milliseconds. Default 200. */
  readonly settleMs?: number;
  /** Calls back after so many milliseconds unless cancelled. Default: a timer that does not hold the process. */
  readonly after?: (ms: number, callback: () => void) => () => void;
}

/**
 * The loop that follows files which people and tools replace while a process runs: it looks by a timer and at SIGHUP,
 * never twice at a time. It polls, since watching a file misses mounted ones, which are replaced by a new link.
 */
export function createFileWatchLoop(options: FileWatchLoopOptions): FileWatchLoop {
  const { look, everyMs, settleMs = 200, after = afterTimer } = options;
  let cancel = (): void => undefined;
  let running: Promise<void> | undefined;
  let signalled = false;
  let stopped = false;

  return {
    start() {
      process.on('SIGHUP', onSignal);
      sleep('later');
    },
    async stop() {
      stopped = true;
      cancel();
      process.off('SIGHUP', onSignal);
      await running;
    },
  };

  function sleep(next: NextLook): void {
    if (!stopped) cancel = after(next === 'soon' ? settleMs : everyMs, () => begin('timer'));
  }

  function onSignal(): void {
    // What a look that is under way has read may be older than the signal.
    if (running !== undefined) signalled = true;
    else begin('sighup');
  }

  function begin(reason: LookReason): void {
    cancel();
    const next = look(reason);
    if (typeof next === 'string') sleep(next);
    else running = next.then(finish);
  }

  function finish(next: NextLook): void {
    running = undefined;
    if (!signalled || stopped) return sleep(next);
    signalled = false;
    begin('sighup');
  }
}

/** Tells content that has stood for two looks from content that is still being written. */
export interface Settling {
  /** @returns `unchanged` for what was judged last, `unsettled` for what is seen for the first time */
  see(content: string): 'unchanged' | 'unsettled' | 'settled';
  /** This content counts now, good or bad. */
  judged(content: string): void;
}

export function createSettling(): Settling {
  let last = '';
  let seen: string | undefined;
  return {
    see(content) {
      if (content === last) {
        seen = undefined;
        return 'unchanged';
      }
      if (content === seen) return 'settled';
      seen = content;
      return 'unsettled';
    },
    judged(content) {
      last = content;
      seen = undefined;
    },
  };
}

function afterTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
}
