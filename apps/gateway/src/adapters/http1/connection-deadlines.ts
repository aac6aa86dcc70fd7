import { connectTimeout, headersTimeout, idleTimeout } from './attempt-errors';

/** What a connection waits for. */
export type Awaited = 'connection' | 'answer' | 'more';

/** The deadline of a connection, and what it waits for. Milliseconds, monotonic; Infinity while it waits for nothing. */
export class ConnectionDeadlines {
  #awaited: Awaited = 'connection';
  #readBy = Infinity;

  constructor(readonly connectTimeoutMs: number) {}

  /** Something is to come until then. */
  read(awaited: Awaited, by: number): void {
    this.#awaited = awaited;
    this.#readBy = by;
  }

  /** Nothing is waited for. */
  clear(): void {
    this.#readBy = Infinity;
  }

  /** Why it is late, if it is. */
  overdue(now: number): Error | undefined {
    return now >= this.#readBy ? this.#lateness() : undefined;
  }

  #lateness(): Error {
    if (this.#awaited === 'connection') return connectTimeout(this.connectTimeoutMs);
    return this.#awaited === 'answer' ? headersTimeout() : idleTimeout();
  }
}
