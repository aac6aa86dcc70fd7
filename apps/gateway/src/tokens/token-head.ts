/** What a token says of itself before it is verified: enough to find the key, and believed for nothing else. */
export interface TokenHead {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly iss: string;
}

/** As long as header fields may be altogether in most servers; an issuer's tokens have some hundred bytes. */
const MAX_LENGTH = 8192;
/** The compact serialization of a signed token (RFC 7515 §7.1), without padding. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** @returns `undefined` for what is not a signed token in its one spelling */
export function readToken(token: string): TokenHead | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const [, header = '', payload = '', signature = ''] = COMPACT.exec(token) ?? [];
  if (signature === '' || !isCanonical(signature)) return undefined;
  const { alg, kid } = objectIn(header);
  const { iss } = objectIn(payload);
  if (typeof alg !== 'string' || typeof iss !== 'string') return undefined;
  if (kid !== undefined && typeof kid !== 'string') return undefined;
  return { alg, kid, iss };
}

/**
 * Whether this is the only text for its bytes: decoders ignore the bits of the last character that no byte needs (RFC 4648
 * §3.5). A token that passes in several spellings would have several entries in every list of tokens that are revoked.
 */
function isCanonical(encoded: string): boolean {
  return Buffer.from(encoded, 'base64url').toString('base64url') === encoded;
}

function objectIn(encoded: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
