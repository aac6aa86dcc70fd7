/** One point in time on two clocks. Deadlines use the first, which is never set back; the wire shows the second. */
export interface Moment {
  /** Monotonic milliseconds from an arbitrary origin. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly epochMs: number;
}
