/** What a picker may know of an instance: nothing of health, HTTP or names. */
export interface Candidate {
  readonly id: string;
  /** 1–1000; 100 is an ordinary share of the traffic. */
  readonly weight: number;
  readonly zone?: string | null;
  /** Requests under way to it from here, at this moment. */
  readonly inFlight: number;
}
