import type { PathExplanation, PathQuery, RoutesView, UpstreamView } from '@rollcall/contracts';
import type { Metrics } from '@rollcall/diagnosis';
import type { Settings } from '../config';
import { createJsonCalls, type JsonCalls } from './json-calls';
import { readMetrics } from './metrics';

/** Calls to the admin port of one gateway; each rejects with a `CliFault`. */
export interface GatewayApi {
  /** For calls that are not here. */
  readonly calls: JsonCalls;
  routes(): Promise<RoutesView>;
  upstreams(): Promise<{ readonly upstreams: readonly UpstreamView[] }>;
  explain(query: Partial<PathQuery>): Promise<PathExplanation>;
  /** The effective settings by their names, secrets masked. */
  config(): Promise<Readonly<Record<string, unknown>>>;
  metrics(): Promise<Metrics>;
}

export function createGatewayApi(settings: Settings, signal: AbortSignal): GatewayApi {
  const calls = createJsonCalls({
    noun: "the gateway's admin port",
    urls: settings.gatewayAdminUrls,
    token: settings.adminToken,
    tls: settings.tls,
    readOnlyProfile: settings.readOnly ? settings.profile : undefined,
    whenAway: 'start a gateway (rollcall up), or say where its admin port is: GATEWAY_ADMIN_URL=…',
    whenUnknown:
      "set ADMIN_TOKEN_FILE (or --admin-token-file) to a file that holds the gateway's ADMIN_TOKEN",
  });
  const get = { method: 'GET', signal } as const;

  return {
    calls,
    routes: () => calls.json({ ...get, path: '/routes' }, ['routes', 'refused']),
    upstreams: () => calls.json({ ...get, path: '/upstreams' }, ['upstreams']),
    explain: (query) =>
      calls.json({ ...get, path: '/explain', query: { ...query } }, ['verdict', 'instances']),
    config: () => calls.json({ ...get, path: '/config' }, ['routes_file']),
    metrics: async () => readMetrics(await calls.text({ ...get, path: '/metrics' })),
  };
}
