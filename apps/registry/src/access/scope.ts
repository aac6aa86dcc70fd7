/** What a token lets its bearer do. None includes another: a token has every scope it needs. */
export type Scope = 'read' | 'admin' | `write:${string}`;

/**
 * What a call needs. `write` is any write scope at all: for when the service is not known yet, or there is no such
 * instance, so that strangers cannot find out which there are.
 */
export type NeededScope = Scope | 'write';

const WRITE_EVERYTHING = 'write:*';

export const EVERY_SCOPE: readonly Scope[] = ['read', WRITE_EVERYTHING, 'admin'];

/** A scope as a token file spells it: `read`, `admin`, `write:*`, or `write:` and a service's name. */
export function parseScope(text: string): Scope | undefined {
  if (text === 'read' || text === 'admin') return text;
  const [kind, service = ''] = text.split(':', 2);
  const isKnown = service === '*' || /^[A-Za-z0-9._-]{1,63}$/.test(service);
  return kind === 'write' && isKnown && text === `write:${service}` ? `write:${service}` : undefined;
}

export function includesScope(held: readonly Scope[], needed: NeededScope): boolean {
  if (needed === 'read' || needed === 'admin') return held.includes(needed);
  if (needed === 'write') return held.some((scope) => scope.startsWith('write:'));
  return held.includes(WRITE_EVERYTHING) || held.includes(needed);
}
