/** Answer of `POST /services/:service_name/guard/release`: the instances that the mass-expiry guard held and that were evicted. */
export interface GuardReleaseResponse {
  readonly service_name: string;
  /** Ids of the evicted instances; empty when the guard held none. */
  readonly released: readonly string[];
}
