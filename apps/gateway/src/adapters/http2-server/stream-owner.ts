import type { ServerHttp2Stream } from 'node:http2';

/** The session of a stream, as its answer needs it. */
export interface StreamOwner {
  /** Ends a stream by RST_STREAM. */
  reset(stream: ServerHttp2Stream, code: number): void;
  /** Bytes that the system of the connection's other end has not acknowledged; of all its streams. */
  unacknowledged(): Promise<number | undefined>;
}
