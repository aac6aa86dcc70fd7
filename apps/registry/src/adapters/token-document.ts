import { isDeepStrictEqual } from 'node:util';
import { serviceNameSchema } from '@rollcall/contracts';
import { faultLines, readDocument, secretDigest, type DocumentFault } from '@rollcall/service-kit';
import Joi from 'joi';
import { parseDocument } from 'yaml';
import type { AccessToken } from '../access/access-token';
import { parseRouteRight, type RouteRight } from '../access/route-rights';
import { parseScope, type Scope } from '../access/scope';
import { bearerNameFault, digestFault, tokenFault } from '../access/token-rules';
import type { TokenReading } from '../ports/token-source';

const MOST_TOKENS = 1000;

/** The schema of the whole file. Bounded, since each comparison of a token visits all of them. */
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

/** A text without a `fault`. Joi's own rules would repeat the secret in their messages. */
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

/** During a rotation a bearer has two tokens with equal permissions. */
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
}).required();

/** The tokens that a text holds, JSON or YAML. */
export function readTokenDocument(text: string, file: string): TokenReading {
  const read = readDocument(text, {
    // Without the parser's messages and excerpts, which may repeat a token.
    parse: (yaml) => parseDocument(yaml, { uniqueKeys: true, prettyErrors: false }),
    schema: document,
    smallest: 'tokens: [{ name: ci, sha256: …, scopes: [read] }]',
    items: { tokens: { noun: 'token', by: 'name' } },
    isSecret: true,
    convert: false,
  });
  if ('faults' in read) return refusal(read.faults, file);
  const [first, ...others] = read.value.tokens.map(accessToken);
  if (!first) return refusal([read.fault(['tokens'], 'must hold a token')], file);
  const tokens: readonly [AccessToken, ...AccessToken[]] = [first, ...others];
  const faults = sharedSecrets(tokens).map(({ index, earlier }) =>
    read.fault(
      ['tokens', index],
      `has the same secret as ${earlier}: make another one, or callers cannot be told apart`,
    ),
  );
  if (faults.length > 0) return refusal(faults, file);
  const { routes } = read.value;
  return { tokens, ...(routes && { routes: new Map(Object.entries(routes)) }) };
}

function refusal(faults: readonly DocumentFault[], file: string): TokenReading {
  return { faults: faultLines(faults.map((fault) => ({ file, ...fault }))) };
}

function accessToken({ name, token, sha256 = '', scopes, routes }: TokenEntry): AccessToken {
  const digest = token === undefined ? Buffer.from(sha256, 'hex') : secretDigest(token);
  return { name, scopes, digest, ...(routes && { routes }) };
}

/** Tokens with the same secret as an earlier one, by index, and the name of that one. */
function sharedSecrets(
  tokens: readonly AccessToken[],
): { readonly index: number; readonly earlier: string }[] {
  const names = new Map<string, string>();
  return tokens.flatMap(({ name, digest }, index) => {
    const key = digest.toString('hex');
    const earlier = names.get(key);
    if (earlier !== undefined) return [{ index, earlier }];
    names.set(key, name);
    return [];
  });
}
