import type { WhoamiResponse } from '@rollcall/contracts';
import type { Action } from './action';

/** The scope that an action takes. It is the server that decides: this only says it beforehand. */
export function scopeOf(action: Action): string {
  return action.kind === 'drain' ? `write:${action.instance.service_name}` : 'admin';
}

/** Why the token may not do this; `undefined`: it may. */
export function refusalOf(action: Action, who: WhoamiResponse | undefined): string | undefined {
  const scope = scopeOf(action);
  if (who === undefined) return 'It is not known yet what you may do.';
  if (who.auth === 'off' || who.scopes.includes(scope)) return undefined;
  if (scope.startsWith('write:') && who.scopes.includes('write:*')) return undefined;
  return `This takes the scope ${scope}, which the ${who.proven_by ?? 'token'} ${who.name ?? ''} does not have.`;
}
