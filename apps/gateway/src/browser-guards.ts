import { createBrowserGuard, createIsOwnHost, type BrowserGuard } from '@rollcall/service-kit';
import type { GatewayConfig } from './config';

type Names = Pick<GatewayConfig, 'HOST' | 'ADMIN_HOST' | 'ADVERTISE_URL' | 'ALLOWED_HOSTS'>;

/** Of the admin port. A page that a name was pointed here for does not have the token. */
export function adminGuard(config: Names & Pick<GatewayConfig, 'ADMIN_TOKEN'>): BrowserGuard {
  return createBrowserGuard(config.ADMIN_TOKEN === undefined ? createIsOwnHost(ownNames(config)) : undefined);
}

/** The guard of the legacy API, for which this gateway requires no token. */
export function legacyApiGuard(config: Names): BrowserGuard {
  return createBrowserGuard(createIsOwnHost(ownNames(config)));
}

function ownNames({ HOST, ADMIN_HOST, ADVERTISE_URL, ALLOWED_HOSTS }: Names): readonly string[] {
  const advertised = ADVERTISE_URL === undefined ? [] : [new URL(ADVERTISE_URL).hostname];
  return [HOST, ADMIN_HOST, ...advertised, ...ALLOWED_HOSTS];
}
