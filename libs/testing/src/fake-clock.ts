/**
 * A clock that stands still until a spec moves it. Reading and waiting go by the same time, so what was to happen
 * in between happens, in order, each at its own moment.
 */
export interface FakeClock {
  /** Monotonic milliseconds, and milliseconds since 1970. */
  moment(): { now: number; epochMs: number };
  /** Runs `task` once the clock has been moved on by `delayMs`; answers how to cancel it. */
  after(delayMs: number, task: () => void): () => void;
  /** Moves the time on and runs what falls due on the way; between two tasks promises get their turn. */
  advance(ms: number): Promise<void>;
  /** Moves the time on with nothing running meanwhile, as for a process that was stopped. */
  stall(ms: number): void;
}

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
}

export function createFakeClock(options: { epochMs?: number } = {}): FakeClock {
  const origin = options.epochMs ?? 1_700_000_000_000;
  const tasks = new Set<Task>();
  let now = 0;

  function nextDue(until: number): Task | undefined {
    let next: Task | undefined;
    for (const task of tasks) if (task.dueAt <= until && (next?.dueAt ?? Infinity) > task.dueAt) next = task;
    return next;
  }

  return {
    moment: () => ({ now, epochMs: origin + now }),
    after(delayMs, run) {
      const task = { dueAt: now + Math.max(0, delayMs), run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (let task = nextDue(until); task !== undefined; task = nextDue(until)) {
        tasks.delete(task);
        now = Math.max(now, task.dueAt);
        task.run();
        await settled();
      }
      now = until;
      await settled();
    },
    stall(ms) {
      now += ms;
    },
  };
}

/** One turn of the event loop: everything that only waited for promises has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
