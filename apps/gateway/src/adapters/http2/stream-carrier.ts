import type { ClientHttp2Stream } from 'node:http2';

/** What carries attempts, as far as one of them needs it. */
export interface StreamCarrier<Attempt> {
  /** It has carried the whole of an answer. */
  readonly hasAnswered: boolean;
  answered(): void;
  /** Bytes that have come in over it. */
  readonly bytesRead: number;
  /** Why the whole of it has ended, where it has. */
  readonly failure: Error | undefined;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Once everything that has come in together has been looked at. */
  later(action: () => void): void;
  /** @throws what Node throws for fields that it does not send */
  open(attempt: Attempt): ClientHttp2Stream;
  /** The instance has said that it will not look at a stream of this number. */
  refuses(streamId: number | undefined): boolean;
  /** The attempt is over. @param silent it has timed out, and nothing at all has come in since it began */
  release(attempt: Attempt, silent: boolean): void;
}
