import { isDeepStrictEqual } from 'node:util';
import { checkInput } from '@rollcall/contracts';
import { secretDigest } from '@rollcall/service-kit';
import { serviceNameSchema } from '@rollcall/contracts';
import Joi from 'joi';
import type { AccessToken } from '../access/access-token';
import { parseRouteRight, type RouteRight } from '../access/route-rights';
import { parseScope, type Scope } from '../access/scope';
import { bearerNameFault, digestFault, tokenFault } from '../access/token-rules';
import type { TokenReading } from '../ports/token-source';

const MOST_TOKENS = 1000;

/** The form of the whole file; every comparison of a token walks through all of them, hence the bound. */
interface TokenDocument {
  readonly tokens: readonly TokenEntry[];
  readonly routes?: Readonly<Record<string, readonly RouteRight[]>>;
}

interface TokenEntry {
  readonly name: string;
  readonly token?: string;
  readonly sha256?: string;
  readonly scopes: readonly Scope[];
  readonly routes?: readonly RouteRight[];
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

const routeRight = Joi.string().custom(
  (text: string, helpers) =>
    parseRouteRight(text) ??
    helpers.message({
      custom: '{{#label}} must be a path (/products), a host and a path (shop.example/products) or *',
    }),
);

const MOST_ROUTES = 1000;
const routeList = Joi.array().items(routeRight).max(MOST_ROUTES);

/** While a token is exchanged its bearer has two, and both are good for the same. */
const contradict = (one: TokenEntry, other: TokenEntry): boolean =>
  one.name === other.name && !isDeepStrictEqual([one.scopes, one.routes], [other.scopes, other.routes]);

const document = Joi.object<TokenDocument>({
  tokens: Joi.array()
    .items(
      Joi.object({
        name: textWithout(bearerNameFault).required(),
        token: textWithout(tokenFault),
        sha256: textWithout(digestFault),
        scopes: Joi.array().items(scope).min(1).unique().required(),
        routes: routeList,
      })
        .xor('token', 'sha256')
        .messages({
          'object.missing': '{{#label}} must have a token or its sha256',
          'object.xor': '{{#label}} must have either a token or its sha256, not both',
        }),
    )
    .min(1)
    .max(MOST_TOKENS)
    .unique(contradict)
    .messages({
      'array.unique': '{{#label}} has a name that an entry before has with other scopes or routes',
    })
    .required(),
  routes: Joi.object().pattern(serviceNameSchema, routeList),
})
  .required()
  .label('the file');

/** The tokens of a parsed token file. */
export function readTokenDocument(parsed: unknown): TokenReading {
  const result = checkInput(document, parsed, { convert: false, errors: {} });
  if ('faults' in result) return { faults: result.faults.map(({ message }) => message) };
  const [first, ...others] = result.value.tokens.map(accessToken);
  if (!first) return { faults: ['"tokens" must hold a token'] };
  const tokens: readonly [AccessToken, ...AccessToken[]] = [first, ...others];
  const faults = sharedSecrets(tokens);
  if (faults.length > 0) return { faults };
  const { routes } = result.value;
  return { tokens, ...(routes && { routes: new Map(Object.entries(routes)) }) };
}

function accessToken({ name, token, sha256 = '', scopes, routes }: TokenEntry): AccessToken {
  const digest = token === undefined ? Buffer.from(sha256, 'hex') : secretDigest(token);
  return { name, scopes, digest, ...(routes && { routes }) };
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
