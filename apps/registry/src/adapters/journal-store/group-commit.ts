/** Group commit: collects changes while the disk is busy, so that one fsync serves all of them. */
export interface GroupCommit<T> {
  /** Adds it to the next group. */
  add(item: T): void;
  /** Writes, though nothing may have been added; nothing if a write is under way or is about to begin. */
  wake(): void;
  /** Resolves once all that was added is written. */
  idle(): Promise<void>;
}

/**
 * @param write is called with what was added in the turn, or since the group before, if anything; never while another call is
 * under way; it must not reject
 */
export function createGroupCommit<T>(write: (group: readonly T[]) => Promise<void>): GroupCommit<T> {
  let next: T[] = [];
  let running: Promise<void> | undefined;

  return {
    add(item) {
      next.push(item);
      running ??= run();
    },
    wake() {
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };

  async function run(): Promise<void> {
    // After all sockets that are readable in this turn of the event loop have been handled.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      const group = next;
      next = [];
      await write(group);
    } while (next.length > 0);
    running = undefined;
  }
}
