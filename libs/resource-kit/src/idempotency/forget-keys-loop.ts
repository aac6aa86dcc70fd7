export interface ForgetKeysLoopOptions {
  /** Drops the keys that no longer count. */
  readonly forget: () => Promise<void>;
  /** A round that failed; the next one comes all the same. */
  readonly onError: (error: unknown) => void;
  /**
   * Milliseconds between two rounds, default one hour. Too low: deletes that find nothing. Too high: the table
   * keeps more than a day of keys, which costs room and nothing else.
   */
  readonly everyMs?: number;
}

export interface ForgetKeysLoop {
  start(): void;
  /** Waits for a round that is under way, so that the database may be closed afterwards. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createForgetKeysLoop(options: ForgetKeysLoopOptions): ForgetKeysLoop {
  const { forget, onError, everyMs = HOUR_MS } = options;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  let running = false;

  function arm(): void {
    timer = setTimeout(() => {
      round = run();
    }, everyMs).unref();
  }

  async function run(): Promise<void> {
    await forget().catch(onError);
    if (running) arm();
  }

  return {
    start() {
      if (!running) {
        running = true;
        arm();
      }
    },
    stop() {
      running = false;
      clearTimeout(timer);
      return round;
    },
  };
}
