import type { WhoamiResponse } from '@rollcall/contracts';
import { shownLabels } from './access-error';
import { ANONYMOUS, credentialOf, isBearer, type AccessRule, type CallerIdentity } from './authorise';
import { routeRightText, type RouteRight } from './route-rights';
import { EVERY_SCOPE, includesScope } from './scope';

/** What a caller is taken for, and what it may do, as it is told so. Of others it learns nothing. */
export function whoami(rule: AccessRule, identity: CallerIdentity): WhoamiResponse {
  if (rule.kind === 'open')
    return {
      auth: 'off',
      name: ANONYMOUS,
      proven_by: null,
      certificate: null,
      scopes: EVERY_SCOPE,
      routes: ['*'],
      service_routes: {},
    };
  const certificate = 'labels' in identity ? shownLabels(identity.labels) : null;
  if (!isBearer(identity))
    return {
      auth: 'on',
      name: null,
      proven_by: null,
      certificate,
      scopes: [],
      routes: null,
      service_routes: {},
    };
  const { name, scopes, routes } = credentialOf(identity);
  const ofServices = Array.from(rule.routes ?? []).filter(([service]) =>
    includesScope(scopes, `write:${service}`),
  );
  return {
    auth: 'on',
    name,
    proven_by: identity.kind === 'bearer' ? 'token' : 'certificate',
    certificate,
    scopes,
    routes: routes === undefined ? null : texts(routes),
    service_routes: Object.fromEntries(ofServices.map(([service, rights]) => [service, texts(rights)])),
  };
}

function texts(rights: readonly RouteRight[]): readonly string[] {
  return rights.map(routeRightText);
}
