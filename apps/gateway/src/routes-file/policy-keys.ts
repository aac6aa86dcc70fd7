import type { RoutePolicy } from '../routing/route-policy';
import { apiKeyKey, type GivenApiKey } from './keys/api-key-key';
import { bodyLimitKey, type GivenBodyLimit } from './keys/body-limit-key';
import { canaryKey, type GivenCanary } from './keys/canary-key';
import { corsKey, type GivenCors } from './keys/cors-key';
import { headersKey, type GivenHeaders } from './keys/headers-key';
import { locationKey, type GivenLocation } from './keys/location-key';
import { maxInFlightKey, type GivenMaxInFlight } from './keys/max-in-flight-key';
import { pickerKey, type GivenPicker } from './keys/picker-key';
import { rateLimitKey, type GivenRateLimit } from './keys/rate-limit-key';
import { retriesKey, type GivenRetries } from './keys/retries-key';
import { rewriteKey, type GivenRewrite } from './keys/rewrite-key';
import { timeoutsKey, type GivenTimeouts } from './keys/timeouts-key';
import type { PolicyKey } from './policy-key';

/** What a route may say about itself; what it leaves out is taken from `defaults`, then from the settings. */
export interface FilePolicy
  extends GivenPicker,
    GivenCanary,
    GivenMaxInFlight,
    GivenTimeouts,
    GivenRetries,
    GivenCors,
    GivenHeaders,
    GivenApiKey,
    GivenRateLimit,
    GivenBodyLimit,
    GivenRewrite,
    GivenLocation {}

/** Every key there is. A new one is a file in `keys/`, a line here and one above. */
const POLICY_KEYS: readonly PolicyKey<FilePolicy>[] = [
  pickerKey,
  canaryKey,
  maxInFlightKey,
  timeoutsKey,
  retriesKey,
  corsKey,
  headersKey,
  apiKeyKey,
  rateLimitKey,
  bodyLimitKey,
  rewriteKey,
  locationKey,
];

export const policySchemas = POLICY_KEYS.reduce<PolicyKey<FilePolicy>['schema']>(
  (all, { schema }) => ({ ...all, ...schema }),
  {},
);

/** The policy of a route that says `given` over `beneath`. */
export function layered(given: FilePolicy, beneath: RoutePolicy): RoutePolicy {
  return POLICY_KEYS.reduce((policy, key) => ({ ...policy, ...key.over(given, beneath) }), beneath);
}
