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
  /** Counted for each address, for each API key's name, or for all together. */
  readonly by: 'client' | 'key' | 'route';
}
