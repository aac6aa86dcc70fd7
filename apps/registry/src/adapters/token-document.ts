import { secretDigest } from '@rollcall/service-kit';
import Joi from 'joi';
import type { AccessToken } from '../access/access-token';
import { parseScope, type Scope } from '../access/scope';
import { bearerNameFault, digestFault, tokenFault } from '../access/token-rules';
import type { TokenReading } from '../ports/token-source';

const MOST_TOKENS = 1000;

/** The form of the whole file; every comparison of a token walks through all of them, hence the bound. */
interface TokenDocument {
  readonly tokens: readonly TokenEntry[];
}

interface TokenEntry {
  readonly name: string;
  readonly token?: string;
  readonly sha256?: string;
  readonly scopes: readonly Scope[];
}

/** A text for which `fault` finds none. Joi's own rules would repeat the secret in what they say of it. */
const textWithout = (fault: (text: string) => string | undefined) =>
  Joi.string().custom((text: string, helpers) => {
    const found = fault(text);
    return found === undefined ? text : helpers.message({ custom: `{{#label}} ${found}` });
  });

const scope = Joi.string().custom(
  (text: string, helpers) =>
    parseScope(text) ??
    helpers.message({ custom: '{{#label}} must be read, admin, write:* or write:<service>' }),
);

const document = Joi.object<TokenDocument>({
  tokens: Joi.array()
    .items(
      Joi.object({
        name: textWithout(bearerNameFault).required(),
        token: textWithout(tokenFault),
        sha256: textWithout(digestFault),
        scopes: Joi.array().items(scope).min(1).unique().required(),
      })
        .xor('token', 'sha256')
        .messages({
          'object.missing': '{{#label}} must have a token or its sha256',
          'object.xor': '{{#label}} must have either a token or its sha256, not both',
        }),
    )
    .min(1)
    .max(MOST_TOKENS)
    .unique('name')
    .required(),
})
  .required()
  .label('the file');

/** The tokens of a parsed token file. */
export function readTokenDocument(parsed: unknown): TokenReading {
  const result = document.validate(parsed, { abortEarly: false, convert: false });
  if (result.error) return { faults: result.error.details.map(({ message }) => message) };
  const [first, ...others] = result.value.tokens.map(accessToken);
  if (!first) return { faults: ['"tokens" must hold a token'] };
  const tokens: readonly [AccessToken, ...AccessToken[]] = [first, ...others];
  const faults = sharedSecrets(tokens);
  return faults.length > 0 ? { faults } : { tokens };
}

function accessToken({ name, token, sha256 = '', scopes }: TokenEntry): AccessToken {
  return { name, scopes, digest: token === undefined ? Buffer.from(sha256, 'hex') : secretDigest(token) };
}

/** With one token for two names nobody could tell who it was. */
function sharedSecrets(tokens: readonly AccessToken[]): string[] {
  const names = new Map<string, string>();
  const faults: string[] = [];
  for (const { name, digest } of tokens) {
    const key = digest.toString('hex');
    const earlier = names.get(key);
    if (earlier === undefined) names.set(key, name);
    else faults.push(`"${name}" has the same token as "${earlier}"`);
  }
  return faults;
}
