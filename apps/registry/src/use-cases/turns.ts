/**
 * Lets what happens to one instance happen one thing after the other. A store takes its time, and what is noted
 * after the commit was decided before it: were a session to open while its predecessor's loss is being committed,
 * the note of the loss would come last, and nobody would hear of that session's end.
 */
export interface Turns {
  /** Runs `work` once everything that was asked for the same instance before has ended, at once if nothing is left. */
  take<T>(instance: object, work: () => Promise<T>): Promise<T>;
  /** Runs `work` at once, for those of the instances that nothing is under way for. */
  takeFree<I extends object, T>(
    instances: readonly I[],
    work: (free: readonly I[]) => Promise<T>,
  ): Promise<T>;
}

export function createTurns(): Turns {
  const latest = new Map<object, Promise<unknown>>();

  function occupy(instances: readonly object[], turn: Promise<unknown>): void {
    for (const instance of instances) latest.set(instance, turn);
    const done = (): void => {
      for (const instance of instances) if (latest.get(instance) === turn) latest.delete(instance);
    };
    turn.then(done, done);
  }

  return {
    take(instance, work) {
      const before = latest.get(instance);
      const turn = before === undefined ? work() : before.then(work, work);
      occupy([instance], turn);
      return turn;
    },
    takeFree(instances, work) {
      const free = instances.filter((instance) => !latest.has(instance));
      const turn = work(free);
      occupy(free, turn);
      return turn;
    },
  };
}
