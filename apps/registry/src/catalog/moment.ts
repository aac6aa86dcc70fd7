/** One point in time on two clocks. Deadlines use the first, which is never set back; the wire shows the second. */
export interface Moment {
  /** Monotonic milliseconds from an arbitrary origin. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly epochMs: number;
}

/** Epoch seconds, as the wire has them. @param epochMs milliseconds since 1970 */
export function epochSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}

/** A time of the first clock on the second. @param at monotonic milliseconds */
export function onTheWall({ now, epochMs }: Moment, at: number): number {
  return epochMs + at - now;
}
