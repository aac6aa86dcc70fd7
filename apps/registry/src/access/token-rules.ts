/** Too short to guess is 16 random characters; `openssl rand -base64 32` makes 44. */
const SHORTEST_TOKEN = 16;

/** RFC 6750's b68token: anything else does not fit into an `Authorization` header. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

const DIGEST = /^[0-9a-f]{64}$/i;

/** Names of token bearers: letters, digits, `.`, `_`, `-`. Those that the registry itself acts under are taken. */
const NAME = /^[A-Za-z0-9._-]{1,63}$/;
const TAKEN_NAMES: ReadonlySet<string> = new Set(['registry', 'instance', 'anonymous', 'shared-token']);

/** What is wrong with a token, never repeating it, or `undefined`. */
export function tokenFault(token: string): string | undefined {
  if (token.length < SHORTEST_TOKEN) return `must have ${SHORTEST_TOKEN} characters or more`;
  return TOKEN.test(token) ? undefined : 'must consist of letters, digits and -._~+/ (RFC 6750)';
}

export function digestFault(digest: string): string | undefined {
  return DIGEST.test(digest) ? undefined : "must be 64 hexadecimal digits, the token's SHA-256";
}

export function bearerNameFault(name: string): string | undefined {
  if (TAKEN_NAMES.has(name)) return 'is a name the registry uses itself';
  return NAME.test(name) ? undefined : 'must be 1-63 letters, digits, ".", "_", "-"';
}
