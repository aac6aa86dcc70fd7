import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoverResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl, startApp, type AppName, type AppProcess } from './app-process';
import { expectAnswer } from './expect-answer';

type Settings = Readonly<Record<string, string>>;

/** Services behind the gateway; the registry and the gateway are in every cluster. */
export type ServiceName = Exclude<AppName, 'registry' | 'gateway'>;

/** Real processes on free ports with a data folder of their own. */
export interface Cluster {
  readonly registryUrl: string;
  readonly gatewayUrl: string;
  readonly adminUrl: string;
  /** The process that is the registry now. */
  registry(): AppProcess;
  gateway(): AppProcess;
  /** Starts one more instance and waits until it is ready and registered. */
  add(service: ServiceName, settings?: Settings): Promise<AppProcess>;
  /** Starts one more instance and waits for nothing. */
  launch(service: ServiceName, settings?: Settings): Promise<AppProcess>;
  /** Resolves once the registry lists the process as one that may get traffic. */
  registered(process: { readonly app: string; readonly url: string }): Promise<void>;
  /** Starts the registry again at its address, after it was ended. */
  restartRegistry(): Promise<AppProcess>;
  /** What the registry says may get traffic. */
  discover(serviceName: string): Promise<readonly Instance[]>;
  /** Ends every process and removes the data folder. */
  stop(): Promise<void>;
}

/**
 * For gateways under load: where every core is busy, and the disk that services write to, a handshake and an answer may
 * take longer than a production's patience, which is not what a spec is about.
 */
export const PATIENT = { CONNECT_TIMEOUT_MS: '10000', HEADERS_TIMEOUT_MS: '120000' };

export interface ClusterOptions {
  readonly registry?: Settings;
  readonly gateway?: Settings;
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
  const [registryPort, gatewayPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const registryUrl = localUrl(registryPort);
  const shared: Settings = {
    DATA_DIR: dataDir,
    REGISTRY_URL: registryUrl,
    REGISTRY_AUTH: 'off',
  };
  const processes: AppProcess[] = [];

  const launch = (app: AppName, port: number, settings: Settings = {}, healthPort = port) => {
    const started = startApp({ app, port, env: { ...shared, ...settings }, healthPort });
    processes.push(started);
    return started;
  };
  const startRegistry = async () => {
    const started = launch('registry', registryPort, options.registry);
    await started.ready();
    return started;
  };
  const launchService = async (service: ServiceName, settings?: Settings) =>
    launch(service, await freePort(), settings);

  const discover = async (serviceName: string) =>
    // The registry's answers are checked against their schema in its own specs.
    ((await expectAnswer(`${registryUrl}/discover/${serviceName}`, 200)) as DiscoverResponse).instances;
  const registered: Cluster['registered'] = async ({ app, url }) => {
    await eventually(async () => (await discover(app)).some((instance) => instance.url === url), {
      timeoutMs: 15_000,
      everyMs: 50,
    });
  };

  const stop = async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    await rm(dataDir, { recursive: true, force: true });
  };
  const startGateway = async () => {
    const settings = { ADMIN_PORT: String(adminPort), ...options.gateway };
    const started = launch('gateway', gatewayPort, settings, adminPort);
    await started.ready();
    return started;
  };
  /** Nobody could stop what a cluster that never came up has left running, and Jest would wait for it for ever. */
  const orNothing = (error: unknown) =>
    stop().then(() => {
      throw error;
    });

  let registry = await startRegistry().catch(orNothing);
  const gateway = await startGateway().catch(orNothing);

  return {
    registryUrl,
    gatewayUrl: localUrl(gatewayPort),
    adminUrl: localUrl(adminPort),
    registry: () => registry,
    gateway: () => gateway,
    discover,
    registered,
    launch: launchService,
    async add(service, settings) {
      const started = await launchService(service, settings);
      await started.ready();
      await registered(started);
      return started;
    },
    async restartRegistry() {
      registry = await startRegistry();
      return registry;
    },
    stop,
  };
}
