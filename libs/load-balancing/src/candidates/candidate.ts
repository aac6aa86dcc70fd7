/** What a picker may know of an instance: nothing of health, HTTP or names. */
export interface Candidate {
  readonly id: string;
  /** 1–1000; 100 is an ordinary share of the traffic. */
  readonly weight: number;
  readonly zone?: string | null;
  /** Requests under way to it from here, at this moment. */
  readonly inFlight: number;
  /** Since when it may be picked without a break, milliseconds, monotonic; -Infinity for who was there from the start. */
  readonly since: number;
  /** How long its answers take to begin, milliseconds: see `LatencyMeter`. 0 when nothing is known. */
  latencyMs(now: number): number;
}
