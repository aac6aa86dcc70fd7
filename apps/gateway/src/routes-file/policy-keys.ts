import Joi from 'joi';
import { INSTANCE_PROTOCOLS, pathPrefixSchema, type InstanceProtocol } from '@rollcall/contracts';
import type { RoutePolicy } from '../routing/route-policy';
import { apiKeyKey, type GivenApiKey } from './keys/api-key-key';
import { canaryKey, type GivenCanary } from './keys/canary-key';
import { corsKey, type GivenCors } from './keys/cors-key';
import { headersKey, type GivenHeaders } from './keys/headers-key';
import { jwtKey, type GivenJwt } from './keys/jwt-key';
import { mirrorKey, type GivenMirror } from './keys/mirror-key';
import { pickerKey, type GivenPicker } from './keys/picker-key';
import { rateLimitKey, type GivenRateLimit } from './keys/rate-limit-key';
import { retriesKey, type GivenRetries } from './keys/retries-key';
import { durationMs, orOff, overOrOff, type OrOff } from './keys/key-schemas';
import type { PolicyKey } from './policy-key';

interface GivenMaxInFlight {
  readonly max_in_flight?: number;
}

const maxInFlightKey: PolicyKey<GivenMaxInFlight> = {
  schema: {
    max_in_flight: Joi.number()
      .integer()
      .min(1)
      .max(1_000_000)
      .description(
        'Requests of this route are rejected with 503 while its service has so many in flight, from all routes.',
      ),
  },
  over: ({ max_in_flight: given }, { maxInFlight }) => ({ maxInFlight: given ?? maxInFlight }),
};

interface GivenTimeouts {
  readonly timeouts?: {
    /** Milliseconds to connect to an instance in. */
    readonly connect_ms?: number;
    /** Milliseconds for the answer to begin in. */
    readonly headers_ms?: number;
    /** Milliseconds of silence within a body. */
    readonly idle_ms?: number;
  };
}

const timeoutsKey: PolicyKey<GivenTimeouts> = {
  schema: {
    timeouts: Joi.object({
      connect_ms: durationMs.description('To connect to an instance in. Default: CONNECT_TIMEOUT_MS.'),
      headers_ms: durationMs.description('For an answer to begin in, all attempts together.'),
      idle_ms: durationMs.description('The longest silence within a body, either way.'),
    }).min(1),
  },
  over: ({ timeouts }, beneath) => ({
    connectTimeoutMs: timeouts?.connect_ms ?? beneath.connectTimeoutMs,
    headersTimeoutMs: timeouts?.headers_ms ?? beneath.headersTimeoutMs,
    idleTimeoutMs: timeouts?.idle_ms ?? beneath.idleTimeoutMs,
    grpcHeadersTimeoutMs: timeouts?.headers_ms ?? beneath.grpcHeadersTimeoutMs,
    grpcIdleTimeoutMs: timeouts?.idle_ms ?? beneath.grpcIdleTimeoutMs,
  }),
};

interface GivenProtocol {
  readonly protocol?: InstanceProtocol;
}

const protocolKey: PolicyKey<GivenProtocol> = {
  schema: {
    protocol: Joi.string()
      .valid(...INSTANCE_PROTOCOLS)
      .description(
        'What the instances speak, whatever they are registered with: h2c is HTTP/2 without TLS, as gRPC servers speak it. Behind https the protocol is agreed on by TLS (ALPN).',
      ),
  },
  over: ({ protocol }, beneath) => ({ protocol: protocol ?? beneath.protocol }),
};

interface GivenBodyLimit {
  readonly body_limit_bytes?: OrOff<number>;
}

const bodyLimitKey: PolicyKey<GivenBodyLimit> = {
  schema: {
    body_limit_bytes: orOff(
      Joi.number()
        .integer()
        .min(0)
        .max(2 ** 50),
      'a number of bytes, such as 1048576',
    ).description(
      'The longest request body that is accepted; longer ones are answered with 413. Default: no limit.',
    ),
  },
  over: ({ body_limit_bytes: given }, { bodyLimitBytes }) => ({
    bodyLimitBytes: overOrOff(given, bodyLimitBytes, (bytes) => bytes),
  }),
};

interface GivenRewrite {
  readonly rewrite?: OrOff<{ readonly prefix: string }>;
}

const rewriteKey: PolicyKey<GivenRewrite> = {
  schema: {
    rewrite: orOff(
      Joi.object({
        prefix: pathPrefixSchema
          .required()
          .description('Takes the place of path_prefix in what instances are asked for.'),
      }),
      'a map: { prefix: /orders }',
    ).description('Another path prefix for the instances. Not together with strip_prefix.'),
  },
  over: ({ rewrite }, { rewritePrefix }) => ({
    rewritePrefix: overOrOff(rewrite, rewritePrefix, ({ prefix }) => prefix),
  }),
};

interface GivenLocation {
  readonly location?: 'rewrite' | 'off';
}

const locationKey: PolicyKey<GivenLocation> = {
  schema: {
    location: Joi.string()
      .valid('rewrite', 'off')
      .description(
        'rewrite: path_prefix is put back into Location, Content-Location and cookie paths, where strip_prefix or rewrite has hidden it from instances.',
      ),
  },
  over: ({ location }, { rewritesLocation }) => ({
    rewritesLocation: location === undefined ? rewritesLocation : location === 'rewrite' || undefined,
  }),
};

/** What a route may say about itself; what it leaves out is taken from `defaults`, then from the settings. */
export interface FilePolicy
  extends GivenPicker,
    GivenCanary,
    GivenMaxInFlight,
    GivenTimeouts,
    GivenProtocol,
    GivenRetries,
    GivenCors,
    GivenHeaders,
    GivenApiKey,
    GivenJwt,
    GivenRateLimit,
    GivenBodyLimit,
    GivenRewrite,
    GivenLocation,
    GivenMirror {}

/** Every key of a route's policy. A new one is a file in `keys/` (or a few lines above), a line here and one in `FilePolicy`. */
const POLICY_KEYS: readonly PolicyKey<FilePolicy>[] = [
  pickerKey,
  canaryKey,
  maxInFlightKey,
  timeoutsKey,
  protocolKey,
  retriesKey,
  corsKey,
  headersKey,
  apiKeyKey,
  jwtKey,
  rateLimitKey,
  bodyLimitKey,
  rewriteKey,
  locationKey,
  mirrorKey,
];

export const policySchemas = POLICY_KEYS.reduce<PolicyKey<FilePolicy>['schema']>(
  (all, { schema }) => ({ ...all, ...schema }),
  {},
);

/** The policy of a route that says `given` over `beneath`. */
export function layered(given: FilePolicy, beneath: RoutePolicy): RoutePolicy {
  return POLICY_KEYS.reduce((policy, key) => ({ ...policy, ...key.over(given, beneath) }), beneath);
}
