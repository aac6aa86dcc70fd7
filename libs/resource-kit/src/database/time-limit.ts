import { AsyncLocalStorage } from 'node:async_hooks';

const unlimited = new AsyncLocalStorage<true>();

/**
 * Does work whose statements may take as long as they need: a migration of a large table, or the wait for a
 * neighbour's. It gets connections of its own, so that no request is served without a limit afterwards.
 */
export function withoutTimeLimit<T>(work: () => Promise<T>): Promise<T> {
  return unlimited.run(true, work);
}

/** Whether statements have their usual time limit in this asynchronous context. */
export function hasTimeLimit(): boolean {
  return unlimited.getStore() === undefined;
}
