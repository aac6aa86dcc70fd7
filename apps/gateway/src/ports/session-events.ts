/** Why a session (one connection of HTTP/2) ended. */
export type SessionEnd =
  /** The caller closed the connection. */
  | 'caller'
  /** Nothing was asked for HTTP2_IDLE_MS, or nothing at all came. */
  | 'idle'
  /** This gateway is leaving. */
  | 'drained'
  /** The caller cancelled more requests than its budget has. */
  | 'resets'
  /** No answer to PING, or nothing taken of what was sent. */
  | 'unresponsive'
  /** The caller broke the protocol. */
  | 'protocol_error';

export type Side = 'caller' | 'gateway';

/** What happens to sessions, as metrics count it. */
export interface SessionEvents {
  sessionEnded(reason: SessionEnd): void;
  /** RST_STREAM, by who ended the stream. */
  reset(side: Side, code: string): void;
  goaway(side: Side, code: string): void;
}
