/*
 * Compiled outside the workspace against the installed client, as a CommonJS and as an ES module. It says something
 * about every part of the API, so that a type that got lost is an error, and a type that became `any` is one too.
 */
import {
  createRegistrar,
  createResolver,
  createServiceClient,
  fromEnv,
  registerServer,
  SERVICE_CLIENT_ERROR,
  trafficCandidates,
  type AnnouncedRoute,
  type BulkheadOptions,
  type CircuitBreakerOptions,
  type DiscoveryResult,
  type EnvSettings,
  type Instance,
  type RegisteredServer,
  type RegisterServerOptions,
  type Registrar,
  type RegistrarEvent,
  type Resolver,
  type ResolverEvent,
  type ServiceClient,
  type ServiceClientErrorCode,
} from '@rollcall/registry-client';
import type { Server } from 'node:http';
import {
  createFakeRegistry,
  createFixedResolver,
  type FakeRegistry,
} from '@rollcall/registry-client/testing';

const routes: readonly AnnouncedRoute[] = [{ path_prefix: '/greet', methods: ['GET'] }];
const circuitBreaker: CircuitBreakerOptions = { consecutiveFailures: 5, halfOpenAfterMs: 1000 };
const bulkhead: BulkheadOptions = { concurrency: 10, queue: 10 };

export function typedServer(server: Server): RegisteredServer {
  const settings: EnvSettings = fromEnv({ registration: { service_name: 'greeter', routes }, port: 9191 });
  const options: RegisterServerOptions = { ...settings, check: () => undefined, onEvent: describeRegistrar };
  const port: number = settings.port;
  server.listen(port);
  return registerServer(server, options);
}

export function typedService(port: number) {
  const registry: FakeRegistry = createFakeRegistry();
  const registryUrls = [registry.url];
  const registrar: Registrar = createRegistrar({
    registryUrls,
    registration: { service_name: 'greeter', routes, weight: 50 },
    advertise: { port },
    onEvent: (event) => describeRegistrar(event),
  });
  const resolver: Resolver = createResolver({ registryUrls, services: '*', onEvent: describeResolver });
  const products: ServiceClient = createServiceClient({
    resolver: createFixedResolver({ product: ['http://127.0.0.1:1'] }),
    serviceName: 'product',
    timeoutMs: 2000,
    picker: 'two_choices',
    circuitBreaker,
    bulkhead,
  });
  const unlisten = resolver.watch('product', (result) => void addressesOf(result));
  return { registrar, resolver, unlisten, names: () => namesOf(products) };
}

async function namesOf(products: ServiceClient): Promise<readonly string[]> {
  const { data } = await products.get<{ readonly items: readonly { readonly name: string }[] }>('/products');
  return data.items.map(({ name }) => name);
}

function addressesOf(result: DiscoveryResult): readonly string[] {
  switch (result.state) {
    case 'pending':
      return [];
    case 'failed':
      return [result.error.code, ...(result.error.faults ?? []).map((fault) => fault.path)];
    case 'resolved':
    case 'stale':
      return trafficCandidates(result.snapshot.instances).map((instance: Instance) => instance.url);
  }
}

function describeRegistrar(event: RegistrarEvent): string {
  return event.type === 'warned' ? event.warnings.join() : event.type;
}

function describeResolver(event: ResolverEvent): string {
  return event.type === 'connected' ? `${event.catalogId} at ${event.revision.toFixed()}` : event.type;
}

export const retryable: readonly ServiceClientErrorCode[] = [SERVICE_CLIENT_ERROR.noInstance];

// @ts-expect-error a weight is a number
createFakeRegistry().list({ service_name: 'product', url: 'http://127.0.0.1:1', weight: 'heavy' });
// @ts-expect-error there is no such event
export const unknownEvent: RegistrarEvent['type'] = 'unheard_of';
// @ts-expect-error a code is one of a few, not any text
export const unknownCode: ServiceClientErrorCode = 'ECONNRESET';
