import { connectTimeout, headersTimeout, idleTimeout } from './attempt-errors';

/** What a connection waits for. */
export type Awaited = 'connection' | 'answer' | 'more';

/** When a connection is late, and with what. Milliseconds, monotonic; Infinity while nothing is waited for. */
export class ConnectionDeadlines {
  #awaited: Awaited = 'connection';
  #readBy = Infinity;
  #writeBy = Infinity;

  constructor(readonly connectTimeoutMs: number) {}

  /** Something is to come until then. */
  read(awaited: Awaited, by: number): void {
    this.#awaited = awaited;
    this.#readBy = by;
  }

  /** The caller reads no more for now. */
  pauseReading(): void {
    this.#readBy = Infinity;
  }

  /** The instance is to take something until then. */
  write(by: number): void {
    this.#writeBy = by;
  }

  clear(): void {
    this.#readBy = Infinity;
    this.#writeBy = Infinity;
  }

  /** Why it is late, if it is. */
  overdue(now: number): Error | undefined {
    if (now >= this.#readBy) return this.#lateness();
    return now >= this.#writeBy ? idleTimeout() : undefined;
  }

  #lateness(): Error {
    if (this.#awaited === 'connection') return connectTimeout(this.connectTimeoutMs);
    return this.#awaited === 'answer' ? headersTimeout() : idleTimeout();
  }
}
