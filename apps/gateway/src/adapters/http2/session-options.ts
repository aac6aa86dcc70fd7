import type { WriteRound } from '../../ports/write-round';
import type { SocketOpener } from '../http1/socket-opener';
import type { StreamAttempt } from './stream-attempt';

/** What a session of that type is opened with. */
export interface SessionOptions<Session> {
  readonly opener: SocketOpener;
  /** Bytes of an answer's fields. */
  readonly maxHeadBytes: number;
  readonly writes: WriteRound;
  /** Milliseconds until the instance's SETTINGS have come. */
  readonly connectTimeoutMs: number;
  /** See `PingWatchdog`; `undefined` where Node needs none. */
  readonly pingEveryMs: number | undefined;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** It carries nothing any more, and may carry more. */
  readonly onIdle: (session: Session) => void;
  /** The instance allows fewer streams than were meant for it: these are still to be sent. */
  readonly onSurplus: (attempts: readonly StreamAttempt[]) => void;
  /** The instance has not agreed on HTTP/2 (ALPN): these are still to be sent. */
  readonly onNotAgreed: (attempts: readonly StreamAttempt[]) => void;
  /** It takes no further requests; those under way may go on. */
  readonly onClosing: (session: Session) => void;
  readonly onClosed: (session: Session) => void;
}
