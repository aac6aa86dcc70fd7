/** Collects what comes while the disk is busy, so that one fsync serves everybody who waits for one. */
export interface GroupCommit<T> {
  /** Will be in the next group. */
  add(item: T): void;
  /** Resolves once everything that has been added has been written. */
  idle(): Promise<void>;
}

/**
 * @param write is called with what was added in the turn, or since the group before; never while another call is
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
    idle: () => running ?? Promise.resolve(),
  };

  async function run(): Promise<void> {
    // After everything that is ready to be read in this turn of the event loop has had its say.
    await new Promise((resolve) => setImmediate(resolve));
    while (next.length > 0) {
      const group = next;
      next = [];
      await write(group);
    }
    running = undefined;
  }
}
