/** Answer of `POST /services/:service_name/guard/release`: whom the mass-expiry guard had held, and who is gone now. */
export interface GuardReleaseResponse {
  readonly service_name: string;
  /** Ids of the instances that were evicted; none when the guard held nobody. */
  readonly released: readonly string[];
}
