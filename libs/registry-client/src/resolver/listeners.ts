import { tell } from '../registry/tell';

/** Functions to call with each event, until they are taken off. */
export interface Listeners<A extends readonly unknown[]> {
  /** @returns what takes it off again */
  add(listener: (...args: A) => void): () => void;
  tell(...args: A): void;
}

export function createListeners<A extends readonly unknown[]>(): Listeners<A> {
  // Each addition is an entry of its own: one function added twice is called twice, and taken off once.
  const entries = new Set<{ readonly listener: (...args: A) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    tell(...args) {
      for (const entry of [...entries]) if (entries.has(entry)) tell(entry.listener, ...args);
    },
  };
}
