import { createLogger, type Tracer } from '@rollcall/service-kit';
import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { eventually } from '@rollcall/testing';
import { compose, type Gateway } from '../../src/compose';
import { gatewayConfig } from '../../src/config';

export interface RunningGateway {
  readonly port: number;
  readonly url: string;
  readonly adminUrl: string;
  readonly gateway: Gateway;
  readonly registry: FakeRegistry;
  /** What a path is answered by the admin port. */
  admin(path: string, headers?: Record<string, string>): Promise<unknown>;
  /** Every line of its log so far. */
  readonly logged: readonly Record<string, unknown>[];
  /** How many instances it knows, of all services. */
  upstreamCount(): Promise<number>;
  stop(): Promise<void>;
}

/** A whole gateway before a fake registry, on free ports, in sync and registered. */
export async function startGateway(
  settings: Record<string, string> = {},
  given: { registry?: FakeRegistry; synced?: boolean; tracer?: Tracer } = {},
): Promise<RunningGateway> {
  const registry = given.registry ?? createFakeRegistry();
  if (given.registry === undefined) await registry.start();
  const config = gatewayConfig.read({
    PORT: '0',
    ADMIN_PORT: '0',
    DATA_DIR: 'off',
    REGISTRY_URL: registry.url,
    LOG_LEVEL: 'error',
    // Whoever fetches keeps connections; a spec that ends does not wait for them.
    DRAIN_LINGER_MS: '0',
    // HTTP/1.1 has to be what it is, also where the beginning of each connection is looked at.
    HTTP2: 'on',
    ...settings,
  });
  const logger = createLogger({ service: 'gateway', level: 'info', pretty: false });
  for (const transport of logger.transports) transport.silent = true;
  const logged: Record<string, unknown>[] = [];
  logger.on('data', (line: Record<string, unknown>) => logged.push(line));
  const gateway = compose(config, { logger, tracer: given.tracer });
  // Left running, they would keep the process of the specs from its end.
  const stopAll = async (error: unknown): Promise<never> => {
    await Promise.all([gateway.stop(), registry.stop()]);
    throw error;
  };
  const { port, adminPort } = await gateway.start().catch(stopAll);
  const url = `http://127.0.0.1:${port}`;
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  async function isReady(): Promise<boolean> {
    if ((await fetch(`${adminUrl}/readyz`)).status !== 200) return false;
    return registry.instances(config.SERVICE_NAME).length > 0;
  }
  if (given.synced ?? true) await eventually(isReady, { timeoutMs: 15_000 }).catch(stopAll);
  async function admin(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    return (await fetch(adminUrl + path, { headers })).json();
  }

  return {
    port,
    url,
    adminUrl,
    gateway,
    registry,
    logged,
    admin,
    upstreamCount: async () => ((await admin('/upstreams')) as { upstreams: unknown[] }).upstreams.length,
    async stop() {
      await gateway.stop();
      await registry.stop();
    },
  };
}
