import type { ClientHttp2Session, ServerHttp2Session } from 'node:http2';

/**
 * Finds sessions that Node has given up without telling anybody. On Node 20 most violations of the protocol by the peer
 * leave session, streams and socket open for ever, without an event; the one thing that shows is that a PING is never
 * answered. Only what has been received can do that: a peer that is silent is not asked again, since gRPC servers count
 * PINGs on silent connections, and end those that get too many.
 */
export class PingWatchdog {
  #askedAt = -Infinity;
  #awaiting = false;
  /** What had been received when the last PING was answered. */
  #proven = 0;

  /**
   * @param bytesRead what the session's connection has received so far
   * @param everyMs milliseconds between two PINGs, and for the answer to each. Too low ends sessions of a peer that is
   * busy; too high keeps for long what a broken session holds.
   */
  constructor(
    readonly session: Pick<ClientHttp2Session | ServerHttp2Session, 'destroyed' | 'ping'>,
    readonly bytesRead: () => number,
    readonly everyMs: number,
  ) {}

  /** @returns whether the session has not answered in time, and is to be destroyed */
  isOverdue(now: number): boolean {
    // Until it says 'close' it may be looked at once more, and Node throws for a PING on it.
    if (this.session.destroyed || now < this.#askedAt + this.everyMs) return false;
    if (this.#awaiting) return true;
    if (this.bytesRead() === this.#proven) return false;
    this.#askedAt = now;
    this.#awaiting = this.session.ping((error) => {
      if (error !== null) return;
      this.#awaiting = false;
      this.#proven = this.bytesRead();
    });
    return false;
  }
}

/** From which release on a Node of that major version destroys such sessions by itself; earlier ones were not seen to. */
const MENDED_IN: Readonly<Record<number, number>> = { 22: 23, 24: 21 };

/** @param version as in `process.versions.node` */
export function needsPingWatchdog(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major <= 24 && minor < (MENDED_IN[major] ?? Infinity);
}
