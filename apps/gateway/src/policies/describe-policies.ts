import type { Route } from '../routing/route';
import type { HeaderRules, JwtRule, TokenPlace } from '../routing/policy-rules';
import { rewritesLocation } from './location';

/** The policies of a route for people to read: a line each, in their order, without values that may be secret. */
export function describePolicies(route: Route): readonly string[] {
  const { pathPrefix, policy } = route;
  const {
    cors,
    requestHeaders,
    responseHeaders,
    apiKey,
    jwt,
    rateLimit,
    bodyLimitBytes,
    rewritePrefix,
    mirror,
  } = policy;
  return [
    ...(cors === undefined
      ? []
      : [`cors: ${cors.origins.join(', ')}${cors.credentials ? ' with credentials' : ''}`]),
    ...(rewritesLocation(route)
      ? [`location: ${pathPrefix} is put back into Location, Content-Location and cookie paths`]
      : []),
    ...fieldsOf('request_headers', requestHeaders),
    ...fieldsOf('response_headers', responseHeaders),
    ...(apiKey === undefined
      ? []
      : [
          `api_key: of ${apiKey.names?.join(', ') ?? 'every caller with a key'}, in ${
            'header' in apiKey.where
              ? `the header ${apiKey.where.header}`
              : `the query parameter ${apiKey.where.query}`
          }`,
        ]),
    ...(jwt === undefined ? [] : [`jwt: ${jwtOf(jwt)}`]),
    ...(rateLimit === undefined
      ? []
      : [
          `rate_limit: ${rateLimit.requests} requests per ${rateLimit.perSeconds} s, burst ${rateLimit.burst}, by ${rateLimit.by}`,
        ]),
    ...(bodyLimitBytes === undefined ? [] : [`body_limit: ${bodyLimitBytes} bytes`]),
    ...(rewritePrefix === undefined ? [] : [`rewrite: ${pathPrefix} becomes ${rewritePrefix}`]),
    ...(mirror === undefined
      ? []
      : [
          `mirror: ${mirror.percent} % of ${mirror.methods.join(', ')} to ${mirror.service}${mirror.showsCredentials ? ' with credentials' : ''}`,
        ]),
  ];
}

function jwtOf(rule: JwtRule): string {
  const { names, audience, scopes, requiredClaims, claimsToHeaders, from, isOptional } = rule;
  const passedOn = Object.entries(claimsToHeaders).map(([claim, header]) => `${claim} as ${header}`);
  return [
    `${isOptional ? 'optional, ' : ''}of ${names.join(', ')}`,
    `for ${audience?.join(', ') ?? 'any audience'}`,
    `in ${from.map(placeOf).join(' or ')}`,
    ...(requiredClaims.length > 0 ? [`with the claims ${requiredClaims.join(', ')}`] : []),
    ...(scopes.length > 0 ? [`with the scopes ${scopes.join(' ')}`] : []),
    ...(passedOn.length > 0 ? [`passes on ${passedOn.join(', ')}`] : []),
  ].join('; ');
}

function placeOf(place: TokenPlace): string {
  if ('header' in place) return `the header ${place.header}`;
  return 'cookie' in place ? `the cookie ${place.cookie}` : `the query parameter ${place.query}`;
}

function fieldsOf(key: string, rules: HeaderRules | undefined): readonly string[] {
  if (rules === undefined) return [];
  const parts = [
    ['removes', rules.remove],
    ['sets', Object.keys(rules.set)],
    ['adds', Object.keys(rules.add)],
  ] as const;
  const said = parts.flatMap(([verb, names]) => (names.length > 0 ? [`${verb} ${names.join(', ')}`] : []));
  return [`${key}: ${said.length > 0 ? said.join('; ') : 'changes nothing'}`];
}
