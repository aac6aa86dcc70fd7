import type { ClientHttp2Stream } from 'node:http2';
import type { StreamAttempt } from './stream-attempt';

/** What carries attempts, as far as one of them needs it. */
export interface StreamCarrier {
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
  open(attempt: StreamAttempt): ClientHttp2Stream;
  /** The instance has said that it will not look at a stream of this number. */
  refuses(streamId: number | undefined): boolean;
  /** The attempt is over. @param silent it has timed out, and nothing at all has come in since it began */
  release(attempt: StreamAttempt, silent: boolean): void;
}
