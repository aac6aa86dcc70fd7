import { isDeepStrictEqual } from 'node:util';
import { serviceNameSchema } from '@rollcall/contracts';
import { faultLines, readDocument, secretDigest, type DocumentFault } from '@rollcall/service-kit';
import Joi from 'joi';
import { parseDocument } from 'yaml';
import {
  labelOf,
  subjectDnsFault,
  subjectUriFault,
  type AccessCertificate,
} from '../access/access-certificate';
import type { AccessToken } from '../access/access-token';
import { parseRouteRight, type RouteRight } from '../access/route-rights';
import { parseScope, type Scope } from '../access/scope';
import { bearerNameFault, digestFault, tokenFault } from '../access/token-rules';
import type { TokenReading } from '../ports/token-source';
import { repeated } from './repeated-entries';

const MOST_TOKENS = 1000;

/** The schema of the whole file. Bounded, since each comparison of a token visits all of them. */
interface TokenDocument {
  readonly tokens?: readonly TokenEntry[];
  readonly certificates?: readonly CertificateEntry[];
  readonly routes?: Readonly<Record<string, readonly RouteRight[]>>;
}

interface Entry {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly routes?: readonly RouteRight[];
}

interface TokenEntry extends Entry {
  readonly token?: string;
  readonly sha256?: string;
}

interface CertificateEntry extends Entry {
  readonly uri?: string;
  readonly dns?: string;
}

/** What the port that the tokens are for does. */
export interface TokenDocumentPort {
  readonly asksForCertificates: boolean;
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
const contradict = (one: Entry, other: Entry): boolean =>
  one.name === other.name && !isDeepStrictEqual([one.scopes, one.routes], [other.scopes, other.routes]);

const entry = {
  name: textWithout(bearerNameFault).required(),
  scopes: Joi.array().items(scope).min(1).unique().required(),
  routes: routeList,
};

const oneName = {
  'array.unique': '{{#label}} has a name that an entry before has with other scopes or routes',
};

const document = Joi.object<TokenDocument>({
  tokens: Joi.array()
    .items(
      Joi.object({
        ...entry,
        token: textWithout(tokenFault),
        sha256: textWithout(digestFault),
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
    .messages(oneName)
    .when('certificates', { not: Joi.exist(), then: Joi.required() }),
  certificates: Joi.array()
    .items(
      Joi.object({ ...entry, uri: textWithout(subjectUriFault), dns: textWithout(subjectDnsFault) })
        .xor('uri', 'dns')
        .messages({
          'object.missing': '{{#label}} must have the uri or the dns name of a certificate',
          'object.xor': '{{#label}} must have either a uri or a dns name, not both: write an entry for each',
        }),
    )
    .min(1)
    .max(MOST_TOKENS)
    .unique(contradict)
    .messages(oneName),
  routes: Joi.object().pattern(serviceNameSchema, routeList),
}).required();

/** The tokens and certificates that a text holds, JSON or YAML. */
export function readTokenDocument(
  text: string,
  file: string,
  { asksForCertificates }: TokenDocumentPort = { asksForCertificates: true },
): TokenReading {
  const read = readDocument(text, {
    // Without the parser's messages and excerpts, which may repeat a token.
    parse: (yaml) => parseDocument(yaml, { uniqueKeys: true, prettyErrors: false }),
    schema: document,
    smallest: 'tokens: [{ name: ci, sha256: …, scopes: [read] }]',
    items: { tokens: { noun: 'token', by: 'name' }, certificates: { noun: 'certificate', by: 'name' } },
    isSecret: true,
    convert: false,
  });
  if ('faults' in read) return refusal(read.faults, file);
  const { tokens: tokenEntries = [], certificates: certificateEntries = [], routes } = read.value;
  const tokens = tokenEntries.map(accessToken);
  const certificates = certificateEntries.map(accessCertificate);
  const faults = [
    ...repeated(tokens, ({ digest }) => digest.toString('hex')).map(({ index, earlier }) =>
      read.fault(
        ['tokens', index],
        `has the same secret as ${earlier}: make another one, or callers cannot be told apart`,
      ),
    ),
    ...repeated(certificates, ({ label }) => label).map(({ index, earlier, at }) =>
      read.fault(
        ['certificates', index],
        `has the same name of a certificate as ${earlier}, entry ${at + 1} of the list: leave one of them out`,
      ),
    ),
    ...certificateEntries.flatMap((one, index) =>
      tokenEntries.some((other) => contradict(one, other))
        ? [read.fault(['certificates', index], 'has a name that a token has with other scopes or routes')]
        : [],
    ),
    ...(certificates.length > 0 && !asksForCertificates
      ? [
          read.fault(
            ['certificates'],
            'has no effect: without CLIENT_CA_FILE no caller is asked for a certificate. Set CLIENT_CA_FILE, or take certificates out',
          ),
        ]
      : []),
  ];
  if (faults.length > 0) return refusal(faults, file);
  return {
    tokens,
    ...(certificates.length > 0 && { certificates }),
    ...(routes && { routes: new Map(Object.entries(routes)) }),
  };
}

function refusal(faults: readonly DocumentFault[], file: string): TokenReading {
  return { faults: faultLines(faults.map((fault) => ({ file, ...fault }))) };
}

function accessToken({ name, token, sha256 = '', scopes, routes }: TokenEntry): AccessToken {
  const digest = token === undefined ? Buffer.from(sha256, 'hex') : secretDigest(token);
  return { name, scopes, digest, ...(routes && { routes }) };
}

function accessCertificate({ name, uri, dns = '', scopes, routes }: CertificateEntry): AccessCertificate {
  return { name, label: labelOf(uri === undefined ? { dns } : { uri }), scopes, ...(routes && { routes }) };
}
