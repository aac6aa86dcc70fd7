import type { GatewayAnswer } from '../policies/policy';
import type { PolicyDecisions } from '../policies/policy-decisions';
import type { Destination } from '../upstreams/destination';

/** A request that an instance is to answer, and what the policies of its route have decided on it. */
export interface RoutedRequest {
  readonly kind: 'routed';
  readonly destination: Destination;
  /** `undefined` on a route without policies. */
  readonly decisions: PolicyDecisions | undefined;
  readonly policy?: undefined;
}

export type Routed =
  | RoutedRequest
  | {
      readonly kind: 'answered';
      readonly answer: GatewayAnswer;
      readonly destination?: Destination | undefined;
      /** The policy that answers. */
      readonly policy?: string;
    }
  /** The caller has gone while its request was held. */
  | { readonly kind: 'gone'; readonly destination?: undefined; readonly policy?: undefined };
