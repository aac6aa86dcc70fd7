import type { ServerHttp2Stream } from 'node:http2';

/** The session of a stream, as its answer needs it. */
export interface StreamOwner {
  /** Ends a stream by RST_STREAM. */
  reset(stream: ServerHttp2Stream, code: number): void;
  /** Ends a stream whose caller takes nothing of it; the whole session where not even RST_STREAM can be sent. */
  giveUp(stream: ServerHttp2Stream): void;
  /** Of a stream whose answer has ended: gives it up if its caller takes nothing of what is left for too long. */
  giveUpUnlessRead(stream: ServerHttp2Stream): void;
  /**
   * Bytes of a stream that the system of the connection's other end has not acknowledged. What the connection's own system
   * has of it may be of other streams; but with nothing of it taken, neither changes.
   */
  unacknowledged(stream: ServerHttp2Stream): Promise<number | undefined>;
}
