import type {
  EventsQuery,
  EventsResponse,
  ExplainAllResponse,
  ExplainResponse,
  RegistryResponse,
  ServicesResponse,
  TrafficResponse,
  WhoamiResponse,
} from '@rollcall/contracts';
import type { Metrics } from '@rollcall/diagnosis';
import { CliFault } from '../cli-fault';
import type { Settings } from '../config';
import { EXIT } from '../exit-codes';
import { createJsonCalls, type JsonCalls } from './json-calls';
import { readMetrics } from './metrics';

/** The registry's calls that only look; each rejects with a `CliFault`. */
export interface RegistryApi {
  /** For calls that are not here. */
  readonly calls: JsonCalls;
  services(): Promise<ServicesResponse>;
  explain(service: string): Promise<ExplainResponse>;
  /** Every service; asks for as many pages as there are. */
  explainAll(): Promise<readonly ExplainResponse[]>;
  events(query: Partial<EventsQuery>): Promise<EventsResponse>;
  state(): Promise<RegistryResponse>;
  /** No edges from a registry of before there were load reports. */
  traffic(): Promise<Pick<TrafficResponse, 'edges'>>;
  whoami(): Promise<WhoamiResponse>;
  metrics(): Promise<Metrics>;
}

export function createRegistryApi(settings: Settings, signal: AbortSignal): RegistryApi {
  const calls = createJsonCalls({
    noun: 'the registry',
    urls: settings.registryUrls,
    token: settings.registryToken,
    tls: settings.tls,
    readOnlyProfile: settings.readOnly ? settings.profile : undefined,
    whenAway: 'start it (rollcall up), or say where it is: REGISTRY_URL=… rollcall ls',
    whenUnknown: 'set REGISTRY_TOKEN_FILE (or --token-file) to a file that holds a token of this registry',
  });
  const get = { method: 'GET', signal } as const;

  return {
    calls,
    services: () => calls.json({ ...get, path: '/services' }, ['catalog_id', 'services']),
    explain: (service) =>
      calls.json({ ...get, path: `/explain/${encodeURIComponent(service)}` }, ['instances', 'claims']),
    async explainAll() {
      const services: ExplainResponse[] = [];
      let after: string | undefined;
      do {
        const page: ExplainAllResponse = await calls.json(
          { ...get, path: '/explain', query: { after, limit: 1000 } },
          ['services', 'next'],
        );
        services.push(...page.services);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return services;
    },
    events: (query) => calls.json({ ...get, path: '/events', query: { ...query } }, ['catalog_id', 'events']),
    state: () => calls.json({ ...get, path: '/registry' }, ['catalog_id', 'bounds']),
    async traffic() {
      try {
        return await calls.json<TrafficResponse>({ ...get, path: '/traffic' }, ['edges']);
      } catch (error) {
        if (error instanceof CliFault && error.exitCode === EXIT.notFound) return { edges: [] };
        throw error;
      }
    },
    whoami: () => calls.json({ ...get, path: '/whoami' }, ['auth', 'scopes']),
    metrics: async () => readMetrics(await calls.text({ ...get, path: '/metrics' })),
  };
}
