import type { InstanceProtocol } from '@rollcall/contracts';
import type { PickerName } from '@rollcall/load-balancing';
import type { CanaryRule } from './canary';
import type { ApiKeyRule, CorsRule, HeaderRules, JwtRule, MirrorRule, RateLimitRule } from './policy-rules';

/** How requests on a route are treated. Every duration in milliseconds. */
export interface RoutePolicy {
  readonly picker: PickerName;
  /** See `SlowStartOptions`. */
  readonly slowStartMs?: number | undefined;
  /** For `ring_hash`: the field (lower case) whose value is the key; the client's address when absent. */
  readonly hashHeader?: string | undefined;
  /** For `ring_hash`: see `RingHashOptions`. */
  readonly maxLoad?: number | undefined;
  readonly canary?: CanaryRule | undefined;
  /** Attempts in flight to the route's service beyond which its requests are rejected; no limit when absent. */
  readonly maxInFlight?: number | undefined;
  /** To connect to an instance in; as the settings say when absent. */
  readonly connectTimeoutMs?: number | undefined;
  /** From the request being sent to the answer's beginning, all attempts together. */
  readonly headersTimeoutMs: number;
  /** The longest silence in a body, in either direction. */
  readonly idleTimeoutMs: number;
  /** The two above for gRPC, whose streams may speak late: absent, and without limit, where no route says them. */
  readonly grpcHeadersTimeoutMs?: number | undefined;
  readonly grpcIdleTimeoutMs?: number | undefined;
  /** What its instances speak behind `http:`, whatever they are registered with. */
  readonly protocol?: InstanceProtocol | undefined;
  /** How often a request may be sent; what could not be sent does not count, and 1 never retries. */
  readonly maxAttempts: number;
  /**
   * How long one attempt may take to begin its answer while another instance could be asked instead; Infinity for as
   * long as all may. Too low asks further instances for what is merely slow; too high keeps callers waiting for a frozen one.
   */
  readonly attemptTimeoutMs: number;
  /** A request that bears an Idempotency-Key may be sent again after bytes went out, whatever its method. */
  readonly retryByKey?: boolean | undefined;
  /** A gRPC call that is answered with one of these, before any message, is sent to another instance. */
  readonly retryGrpcStatuses?: readonly number[] | undefined;
  /** Absent where a route asks for nothing of it; see `apps/gateway/src/policies`. */
  readonly cors?: CorsRule | undefined;
  readonly requestHeaders?: HeaderRules | undefined;
  readonly responseHeaders?: HeaderRules | undefined;
  readonly apiKey?: ApiKeyRule | undefined;
  readonly jwt?: JwtRule | undefined;
  /**
   * Headers in which routes to the same service pass claims on. Its instances believe them, so no caller may send them,
   * on whatever route.
   */
  readonly claimHeaders?: readonly string[] | undefined;
  readonly rateLimit?: RateLimitRule | undefined;
  readonly mirror?: MirrorRule | undefined;
  readonly bodyLimitBytes?: number | undefined;
  /** Takes the place of the route's prefix in what the instance is asked for. */
  readonly rewritePrefix?: string | undefined;
  /** Where instances do not know the route's prefix: it is put back into the URLs and cookie paths of their answers. */
  readonly rewritesLocation?: boolean | undefined;
}
