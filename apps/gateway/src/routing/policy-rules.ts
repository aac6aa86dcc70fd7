/* What a route may ask of its policies, as data: the routes file writes it, `policies/` compiles it. */

/** Which web pages may read what a route answers (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export interface CorsRule {
  /** See `createOriginTest`. */
  readonly origins: readonly string[];
  /** What preflights are told; the route's own methods when absent. */
  readonly methods?: readonly string[];
  /** Request fields that pages may send besides the harmless ones. */
  readonly headers: readonly string[];
  /** Answer fields that pages may read besides the harmless ones. */
  readonly expose: readonly string[];
  /** Cookies and the like may be sent along. Never together with any origin at all. */
  readonly credentials: boolean;
  /** How long browsers may remember a preflight. */
  readonly maxAgeSeconds: number;
}

/** Fields to take away, to put in place of what came, and to add to it. In this order. */
export interface HeaderRules {
  readonly remove: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
}

/** Whose requests are taken, by a key that they bear. */
export interface ApiKeyRule {
  /** Where the key is looked for. */
  readonly where: { readonly header: string } | { readonly query: string };
  /** The names of the keys that are accepted; every key when absent. */
  readonly names?: readonly string[] | undefined;
  /** Every key there is: a key that is not allowed on this route is told apart from an unknown one. */
  readonly keys: readonly NamedKey[];
}

/** A key, and the name of the consumer that it belongs to. */
export interface NamedKey {
  readonly name: string;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
}

/** How many requests a route takes, and from whom counted. */
export interface RateLimitRule {
  readonly requests: number;
  readonly perSeconds: number;
  /** How many of them may come at once. */
  readonly burst: number;
  /** Counted for each address, for each API key's name, for all together, or for each value of a token's claim. */
  readonly by: 'client' | 'key' | 'route' | `claim:${string}`;
}

/** Algorithms of signatures (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2); `none` is no signature. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'HS256',
  'HS384',
  'HS512',
] as const;

export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

/** Who signs tokens, and how its signatures are verified. */
export interface JwtIssuer {
  /** In the routes file. */
  readonly name: string;
  /** The claim `iss` of its tokens. */
  readonly issuer: string;
  readonly algorithms: readonly JwtAlgorithm[];
  readonly keys: JwtKeys;
}

/** Where the keys of an issuer come from. */
export type JwtKeys =
  /** A JWK Set (RFC 7517 §5) that is fetched again and again. */
  | {
      readonly from: 'url';
      readonly url: string;
      /** PEM text of the authorities that its certificate is verified by; default those of Node. */
      readonly ca?: string;
    }
  /** The text of a JWK Set. */
  | { readonly from: 'file'; readonly jwks: string }
  /** One secret, shared with the issuer. */
  | { readonly from: 'secret'; readonly secret: string };

/** A place in a request where a token may stand. */
export type TokenPlace =
  | { readonly header: string }
  | { readonly cookie: string }
  | { readonly query: string };

/** Whose requests are taken, by a JSON Web Token that they bear. */
export interface JwtRule {
  /** The names of the issuers that are accepted. */
  readonly names: readonly string[];
  /** The same issuers. */
  readonly issuers: readonly JwtIssuer[];
  /** One of these must be in the claim `aud`; `undefined` takes tokens for anybody (`audience: off`). */
  readonly audience: readonly string[] | undefined;
  readonly clockToleranceSeconds: number;
  readonly requiredClaims: readonly string[];
  /** All of these must be in `scopeClaim`. */
  readonly scopes: readonly string[];
  readonly scopeClaim: string;
  /** Header by claim; a claim that is missing has none. */
  readonly claimsToHeaders: Readonly<Record<string, string>>;
  readonly from: readonly TokenPlace[];
  /** Whether instances get a token that came in a header; out of cookies and queries it is always taken. */
  readonly keepsToken: boolean;
  /** A request without a token is taken too; one with a bad token never is. */
  readonly isOptional: boolean;
}

/** Copies of requests for another service, whose answers are dropped. */
export interface MirrorRule {
  readonly service: string;
  /** Of the requests that could be copied, 0–100. */
  readonly percent: number;
  /** Upper case. */
  readonly methods: readonly string[];
  /** Bodies up to this length are read whole before they are sent, so that they can be copied; 0 copies none. */
  readonly bodyBytes: number;
  /** Copies under way beyond which further ones are dropped. */
  readonly maxInFlight: number;
  /** Whether the other service gets Authorization, Cookie and the headers of tokens. */
  readonly showsCredentials: boolean;
}
