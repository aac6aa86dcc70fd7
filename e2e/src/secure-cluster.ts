import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoverResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import {
  askSecurely,
  createKeyPairFolder,
  type IssuedPair,
  type KeyPairFolder,
  type SecureAnswer,
  type SecureRequest,
} from '@rollcall/testing/certificates';
import { freePort, localUrl, startApp, type AppProcess } from './app-process';
import type { ServiceName } from './cluster';

/** Registry, gateway and services that speak nothing but TLS with each other, with one certificate for all of them. */
export interface SecureCluster {
  readonly registry: AppProcess;
  readonly gateway: AppProcess;
  readonly adminUrl: string;
  readonly pair: KeyPairFolder;
  /** The certificate of a caller from outside, where one is required. */
  readonly callerPair: IssuedPair | undefined;
  /** One request that trusts their authority, and shows `callerPair`. */
  ask(url: string, request?: Omit<SecureRequest, 'ca'>): Promise<SecureAnswer>;
  /** Starts one more instance and waits until it is ready and registered. */
  add(service: ServiceName): Promise<AppProcess>;
  /** Starts one more instance and waits for nothing. */
  launch(service: ServiceName, settings?: Readonly<Record<string, string>>): Promise<AppProcess>;
  /** Stops the registry in order and starts it again at its address; resolves when it is ready. */
  restartRegistry(): Promise<void>;
  /** Addresses that may get traffic. */
  listed(service: ServiceName | 'gateway'): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface SecureClusterOptions {
  /** More settings of the registry. */
  readonly registry?: Readonly<Record<string, string>>;
  /** More settings of the gateway. */
  readonly gateway?: Readonly<Record<string, string>>;
  /** Every port requires a certificate of its callers, and everybody shows one. */
  readonly mutual?: boolean;
}

export async function startSecureCluster(given: SecureClusterOptions = {}): Promise<SecureCluster> {
  const [dataDir, pair] = await Promise.all([
    mkdtemp(join(tmpdir(), 'rollcall-e2e-')),
    createKeyPairFolder({ names: ['127.0.0.1'], uses: ['server', 'client'] }),
  ]);
  const { ca } = pair.authority;
  const callerPair = given.mutual ? await pair.authority.issue({ uses: ['client'] }) : undefined;
  const processes: AppProcess[] = [];
  const [registryPort, gatewayPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    DATA_DIR: dataDir,
    REGISTRY_AUTH: 'off',
    REGISTRY_URL: `https://127.0.0.1:${registryPort}`,
    REGISTRY_CA_FILE: pair.caFile,
    PROBE_CA_FILE: pair.caFile,
    UPSTREAM_CA_FILE: pair.caFile,
    TLS_CERT_FILE: pair.certFile,
    TLS_KEY_FILE: pair.keyFile,
    ...(given.mutual && mutualSettings(pair)),
  };
  const start = (options: Parameters<typeof startApp>[0]): AppProcess => {
    const started = startApp({ ...options, env: { ...env, ...options.env }, ca, pair: callerPair });
    processes.push(started);
    return started;
  };
  const ask: SecureCluster['ask'] = (url, request = {}) =>
    askSecurely(url, { ca, pair: callerPair, ...request });

  const startRegistry = async (): Promise<AppProcess> => {
    const started = start({ app: 'registry', port: registryPort, env: given.registry ?? {} });
    await started.ready();
    return started;
  };
  let running = await startRegistry();
  const registry = running;
  // Its admin port is this machine's alone, and speaks no TLS.
  const admin = { env: { ADMIN_PORT: String(adminPort), ...given.gateway }, healthPort: adminPort };
  const gateway = start({ app: 'gateway', port: gatewayPort, ...admin });
  await gateway.ready();

  const listed = async (service: ServiceName | 'gateway'): Promise<readonly string[]> => {
    const { body } = await ask(`${registry.url}/discover/${service}`);
    // The registry's answers are checked against their schema in its own specs.
    return (JSON.parse(body) as DiscoverResponse).instances.map(({ url }) => url);
  };

  const launch: SecureCluster['launch'] = async (service, settings = {}) =>
    start({ app: service, port: await freePort(), env: settings });

  return {
    registry,
    gateway,
    adminUrl: localUrl(adminPort),
    pair,
    callerPair,
    ask,
    listed,
    launch,
    async restartRegistry() {
      await running.end('SIGTERM');
      running = await startRegistry();
    },
    async add(service) {
      const started = await launch(service);
      await started.ready();
      await eventually(async () => (await listed(service)).includes(started.url), {
        timeoutMs: 30_000,
        everyMs: 50,
      });
      return started;
    },
    async stop() {
      await Promise.all(processes.map((process) => process.end('SIGKILL')));
      await Promise.all([rm(dataDir, { recursive: true, force: true }), pair.remove()]);
    },
  };
}

/** What each of them needs for the others to require a certificate; who has no use for a setting does not read it. */
function mutualSettings({ caFile, certFile, keyFile }: KeyPairFolder): Readonly<Record<string, string>> {
  return {
    CLIENT_CA_FILE: caFile,
    CLIENT_CERT: 'required',
    REGISTRY_CERT_FILE: certFile,
    REGISTRY_KEY_FILE: keyFile,
    UPSTREAM_CERT_FILE: certFile,
    UPSTREAM_KEY_FILE: keyFile,
    PROBE_CERT_FILE: certFile,
    PROBE_KEY_FILE: keyFile,
  };
}
