import { isFieldValue } from '../../headers/field-value';
import type { JwtRule } from '../../routing/policy-rules';

/** What of a verified token counts for a route. */
export interface TokenIdentity {
  /** Name and value of the headers that instances get. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The value that requests are counted by. */
  readonly countedClaim: string | undefined;
  /** It has all scopes that the route asks for. */
  readonly isInScope: boolean;
}

type Claims = Readonly<Record<string, unknown>>;

/** Enough for a name or a list of groups; an instance has to take all of its headers in some KiB. */
const MAX_HEADER_LENGTH = 1024;

/**
 * @param counted the claim that requests are counted by
 * @returns `undefined` for a token with a claim that cannot be passed on in a header
 */
export function identityOf(
  claims: Claims,
  { claimsToHeaders, scopes, scopeClaim }: JwtRule,
  counted: string | undefined,
): TokenIdentity | undefined {
  const headers: [string, string][] = [];
  for (const [claim, header] of Object.entries(claimsToHeaders)) {
    const value = claimOf(claims, claim);
    if (value === undefined) continue;
    const text = headerText(value);
    if (text === undefined) return undefined;
    headers.push([header, text]);
  }
  const countedClaim = counted === undefined ? undefined : headerText(claimOf(claims, counted));
  const granted = scopesIn(claimOf(claims, scopeClaim));
  return { headers, countedClaim, isInScope: scopes.every((scope) => granted.includes(scope)) };
}

function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

/** Text, numbers and booleans, and lists of them with commas between. */
function headerText(value: unknown): string | undefined {
  const text = Array.isArray(value) ? listText(value) : plainText(value);
  return text !== undefined && text.length <= MAX_HEADER_LENGTH && isFieldValue(text) ? text : undefined;
}

function listText(items: readonly unknown[]): string | undefined {
  const texts = items.map(plainText);
  // `["user,admin"]` must not read like `["user", "admin"]`.
  return texts.some((text) => text === undefined || text.includes(',')) ? undefined : texts.join(',');
}

function plainText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // Blanks at the ends are no part of a field's value (RFC 9110 §5.5), so that two claims would read alike.
  return typeof value === 'string' && value.trim() === value ? value : undefined;
}

/** Text with blanks between (RFC 8693 §4.2), or a list as many issuers write it. */
function scopesIn(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value : [];
}
