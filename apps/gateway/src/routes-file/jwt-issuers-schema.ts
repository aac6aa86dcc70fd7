import Joi from 'joi';
import { JWT_ALGORITHMS, type JwtAlgorithm } from '../routing/policy-rules';

/** An issuer of tokens, as the file has it. */
export interface GivenIssuer {
  readonly name: string;
  readonly issuer: string;
  readonly jwks_url?: string;
  /** Paths, seen from the routes file. */
  readonly jwks_file?: string;
  readonly secret_file?: string;
  readonly ca_file?: string;
  readonly algorithms: readonly JwtAlgorithm[];
}

export const issuerName = Joi.string().pattern(/^[A-Za-z0-9._-]{1,64}$/, 'name');

const path = Joi.string().max(4096);

export const jwtIssuersSchema = Joi.array()
  .items(
    Joi.object<GivenIssuer>({
      name: issuerName.required().description('What routes, the log and metrics know it by.'),
      issuer: Joi.string()
        .max(1024)
        .required()
        .description('The claim iss of its tokens, to the letter, a slash at the end included.'),
      jwks_url: Joi.string()
        .max(2048)
        .description(
          'https URL of its keys, a JWK Set: fetched every five minutes, and when a token names a new key.',
        ),
      jwks_file: path.description(
        'File with its keys, a JWK Set, seen from this one and followed like this one.',
      ),
      secret_file: path.description(
        'File with the secret of HS256, HS384 or HS512, text of at least 32, 48 or 64 bytes, seen from this one and followed like this one.',
      ),
      ca_file: path.description(
        'PEM file of the authorities that sign the certificate of the server of jwks_url, seen from this one and followed like this one. Default: the authorities of Node.',
      ),
      algorithms: Joi.array()
        .items(Joi.string().valid(...JWT_ALGORITHMS))
        .min(1)
        .unique()
        .required()
        .description(
          'The algorithms that its signatures may have. HS256 and the like only with secret_file.',
        ),
    })
      .xor('jwks_url', 'jwks_file', 'secret_file')
      .messages({
        'object.missing': '{{#label}} needs one of jwks_url, jwks_file and secret_file',
        'object.xor': '{{#label}} must have only one of jwks_url, jwks_file and secret_file',
      }),
  )
  .max(100)
  .unique('name')
  .unique('issuer');
