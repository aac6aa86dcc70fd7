/**
 * A queue for each instance: what happens to one instance is done one thing after the other. A store takes its time, and what is noted
 * after the commit was decided before it: were a session to open while its predecessor's loss is being committed,
 * the note of the loss would come last, and the end of that session would be lost.
 */
export interface InstanceQueue {
  /** Runs `work` after everything that was queued for the instance before; at once if there is nothing. */
  run<T>(instance: object, work: () => Promise<T>): Promise<T>;
  /** Runs `work` at once, for those of the instances that have nothing queued. */
  runIdle<I extends object, T>(instances: readonly I[], work: (idle: readonly I[]) => Promise<T>): Promise<T>;
}

export function createInstanceQueue(): InstanceQueue {
  const latest = new Map<object, Promise<unknown>>();

  function occupy(instances: readonly object[], running: Promise<unknown>): void {
    for (const instance of instances) latest.set(instance, running);
    const done = (): void => {
      for (const instance of instances) if (latest.get(instance) === running) latest.delete(instance);
    };
    running.then(done, done);
  }

  return {
    run(instance, work) {
      const before = latest.get(instance);
      const running = before === undefined ? work() : before.then(work, work);
      occupy([instance], running);
      return running;
    },
    runIdle(instances, work) {
      const idle = instances.filter((instance) => !latest.has(instance));
      const running = work(idle);
      occupy(idle, running);
      return running;
    },
  };
}
