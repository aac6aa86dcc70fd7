import Joi from 'joi';
import { headerNameFault } from '../../policies/editable-header';
import type { JwtRule, TokenPlace } from '../../routing/policy-rules';
import { issuerName } from '../jwt-issuers-schema';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, textWithout, type OrOff } from './key-schemas';

export interface GivenJwt {
  readonly jwt?: OrOff<{
    readonly issuers: readonly string[];
    readonly audience: OrOff<readonly string[]>;
    readonly clock_tolerance_seconds?: number;
    readonly required_claims?: readonly string[];
    readonly scopes?: readonly string[];
    readonly scope_claim?: string;
    readonly claims_to_headers?: Readonly<Record<string, string>>;
    readonly from?: readonly TokenPlace[];
    readonly keep_token?: boolean;
    readonly optional?: boolean;
  }>;
}

const CLAIM = /^[\x21-\x7e]{1,128}$/;
const claim = Joi.string().pattern(CLAIM, 'claim');
/** RFC 6749 §3.3. */
const scope = Joi.string().pattern(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'scope');
const parameter = /^[A-Za-z0-9._~-]{1,64}$/;

const place = Joi.object({
  header: textWithout(headerNameFault).description(
    'A request header, with or without Bearer before the token.',
  ),
  cookie: Joi.string().pattern(parameter, 'cookie').description('A cookie; it is taken off.'),
  query: Joi.string()
    .pattern(parameter, 'query parameter')
    .description('A query parameter; it is taken off. It may be in logs of what is in front.'),
})
  .xor('header', 'cookie', 'query')
  .messages({
    'object.missing': '{{#label}} needs one of header, cookie and query',
    'object.xor': '{{#label}} must have only one of header, cookie and query: write an item for each',
  });

const FROM_AUTHORIZATION: readonly TokenPlace[] = [{ header: 'Authorization' }];

export const jwtKey: PolicyKey<GivenJwt> = {
  schema: {
    jwt: orOff(
      Joi.object({
        issuers: Joi.array()
          .items(issuerName)
          .min(1)
          .max(100)
          .unique()
          .required()
          .description('Names from jwt_issuers whose tokens are accepted.'),
        audience: orOff(
          Joi.array().items(Joi.string().max(1024)).min(1).max(100).unique(),
          'a list of audiences: [orders]',
        )
          .required()
          .description('One of these must be in the claim aud. off takes tokens that are for others.'),
        clock_tolerance_seconds: Joi.number()
          .integer()
          .min(0)
          .max(300)
          .description('How far the clock of the issuer may be off for exp and nbf. Default 30.'),
        required_claims: Joi.array()
          .items(claim)
          .max(50)
          .unique()
          .description('Claims that a token must have, besides iss and exp.'),
        scopes: Joi.array()
          .items(scope)
          .max(50)
          .unique()
          .description('A token must have all of them; 403 else.'),
        scope_claim: claim.description('The claim that has the scopes, text or a list. Default scope.'),
        claims_to_headers: Joi.object()
          .pattern(CLAIM, textWithout(headerNameFault))
          .max(50)
          .description('Claims for instances, each with its header, which is taken from every caller.'),
        from: Joi.array()
          .items(place)
          .min(1)
          .max(10)
          .description('Where the token may stand. Default: Authorization, with Bearer.'),
        keep_token: Joi.boolean().description(
          'false: instances do not get a token that came in a header. Default true.',
        ),
        optional: Joi.boolean().description(
          'true: requests without a token are accepted too; a bad one never is. Default false.',
        ),
      }),
      'a map: { issuers: [main], audience: [orders] }',
    ).description('Requests need a JSON Web Token of one of these issuers.'),
  },
  over: ({ jwt: given }, { jwt }) => ({
    jwt: overOrOff(
      given,
      jwt,
      ({
        issuers: names,
        audience,
        clock_tolerance_seconds: clockToleranceSeconds = 30,
        required_claims: requiredClaims = [],
        scopes = [],
        scope_claim: scopeClaim = 'scope',
        claims_to_headers: claimsToHeaders = {},
        from = FROM_AUTHORIZATION,
        keep_token: keepsToken = true,
        optional: isOptional = false,
      }): JwtRule => ({
        names,
        issuers: [],
        audience: audience === 'off' ? undefined : audience,
        clockToleranceSeconds,
        requiredClaims,
        scopes,
        scopeClaim,
        claimsToHeaders,
        from,
        keepsToken,
        isOptional,
      }),
    ),
  }),
};
