import type { WhoamiResponse } from '@rollcall/contracts';
import { ANONYMOUS, type AccessRule, type CallerIdentity } from './authorise';
import { routeRightText, type RouteRight } from './route-rights';
import { EVERY_SCOPE, includesScope } from './scope';

/** What a caller is taken for, and what it may do, as it is told so. Of other tokens it learns nothing. */
export function whoami(rule: AccessRule, identity: CallerIdentity): WhoamiResponse {
  if (rule.kind === 'open')
    return { auth: 'off', name: ANONYMOUS, scopes: EVERY_SCOPE, routes: ['*'], service_routes: {} };
  if (identity.kind !== 'bearer')
    return { auth: 'on', name: null, scopes: [], routes: null, service_routes: {} };
  const { name, scopes, routes } = identity.token;
  const ofServices = Array.from(rule.routes ?? []).filter(([service]) =>
    includesScope(scopes, `write:${service}`),
  );
  return {
    auth: 'on',
    name,
    scopes,
    routes: routes === undefined ? null : texts(routes),
    service_routes: Object.fromEntries(ofServices.map(([service, rights]) => [service, texts(rights)])),
  };
}

function texts(rights: readonly RouteRight[]): readonly string[] {
  return rights.map(routeRightText);
}
