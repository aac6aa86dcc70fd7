import type { Clock } from '../ports/clock';

export const systemClock: Clock = {
  moment: () => ({ now: performance.now(), epochMs: Date.now() }),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
