import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoverResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startEtcdCluster, type EtcdCluster } from '@rollcall/testing/etcd';
import { freePort, startApp, type AppName, type AppProcess } from '../app-process';
import { expectAnswer } from '../expect-answer';
import { createReplicaProcess, type ReplicaProcess } from './replica-process';

type Settings = Readonly<Record<string, string>>;

/** Two registries over three members of etcd, two gateways, and services that know both registries. */
export interface ReplicatedCluster {
  readonly etcd: EtcdCluster;
  readonly replicas: readonly [ReplicaProcess, ReplicaProcess];
  readonly gatewayUrls: readonly [string, string];
  /** The replica that leads, and the other one. */
  leader(): Promise<{ readonly leader: ReplicaProcess; readonly other: ReplicaProcess }>;
  /** Starts an instance and waits until every replica lists it as one that may get traffic. */
  add(service: AppName, settings?: Settings): Promise<AppProcess>;
  /** What one replica lists of a service, every status. */
  listedAt(replicaUrl: string, service: string): Promise<readonly Instance[]>;
  /** Everything runs and is connected again, whatever was done to it. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

export interface ReplicatedClusterOptions {
  readonly registry?: Settings;
  readonly gateway?: Settings;
  /** Whether registries are to be cut off from etcd; default false. */
  readonly relayed?: boolean;
}

export async function startReplicatedCluster(
  options: ReplicatedClusterOptions = {},
): Promise<ReplicatedCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-replicas-'));
  const etcd = await startEtcdCluster();
  const create = (name: string) =>
    createReplicaProcess(etcd, {
      env: { DATA_DIR: join(folder, name), REGISTRY_AUTH: 'off', ...options.registry },
      relayed: options.relayed === true,
    });
  const replicas = [await create('first'), await create('second')] as const;
  const registryUrl = replicas.map(({ url }) => url).join();
  const services: AppProcess[] = [];

  async function stop(): Promise<void> {
    await Promise.all(services.map((process) => process.end('SIGKILL')));
    await Promise.all(replicas.map((replica) => replica.discard()));
    await etcd.discard();
    await rm(folder, { recursive: true, force: true });
  }

  function launch(app: AppName, port: number, env: Settings, healthPort = port): AppProcess {
    const started = startApp({ app, port, env: { REGISTRY_URL: registryUrl, ...env }, healthPort });
    services.push(started);
    return started;
  }

  async function listedAt(replicaUrl: string, service: string): Promise<readonly Instance[]> {
    const answer = await expectAnswer(`${replicaUrl}/discover/${service}?status=any`, 200);
    // The registry's answers are checked against their schema in its own specs.
    return (answer as DiscoverResponse).instances;
  }

  async function isUpEverywhere({ app, url }: AppProcess): Promise<boolean> {
    const lists = await Promise.all(replicas.map((replica) => listedAt(replica.url, app)));
    return lists.every((list) => list.some((instance) => instance.url === url && instance.status === 'up'));
  }

  async function add(service: AppName, settings: Settings = {}): Promise<AppProcess> {
    // Products keep what they have in one database.
    const env = { DATA_DIR: join(folder, 'services'), ...settings };
    const started = launch(service, await freePort(), env);
    await started.ready();
    await eventually(() => isUpEverywhere(started), { timeoutMs: 15_000, everyMs: 50 });
    return started;
  }

  async function startGateway(name: string): Promise<AppProcess> {
    const adminPort = await freePort();
    const env = { ADMIN_PORT: String(adminPort), DATA_DIR: join(folder, name), ...options.gateway };
    const started = launch('gateway', await freePort(), env, adminPort);
    await started.ready();
    return started;
  }

  async function start(): Promise<readonly [AppProcess, AppProcess]> {
    await Promise.all(replicas.map((replica) => replica.start()));
    return Promise.all([startGateway('gateway-1'), startGateway('gateway-2')]);
  }

  /** Nobody could stop what a cluster that never came up has left running, and Jest would wait for it for ever. */
  const gateways = await start().catch((error: unknown) =>
    stop().then(() => {
      throw error;
    }),
  );

  async function leader() {
    return eventually(async () => {
      const url = await leadersUrl(etcd);
      const [first, second] = replicas;
      if (url === first.url) return { leader: first, other: second };
      return url === second.url ? { leader: second, other: first } : undefined;
    });
  }

  return {
    etcd,
    replicas,
    gatewayUrls: [gateways[0].url, gateways[1].url],
    leader,
    add,
    listedAt,
    async heal() {
      await Promise.all(etcd.members.map((member) => member.resume()));
      await Promise.all(replicas.map((replica) => replica.heal()));
    },
    stop,
  };
}

const GROUP = '/rollcall/v1/group/';

/** By etcd's own word. */
async function leadersUrl(etcd: EtcdCluster): Promise<string | undefined> {
  const id = await valueOf(etcd, `${GROUP}leader`);
  const entry = id === undefined ? undefined : await valueOf(etcd, `${GROUP}replica/${id}`);
  return entry === undefined ? undefined : (JSON.parse(entry) as { url: string }).url;
}

async function valueOf(etcd: EtcdCluster, key: string): Promise<string | undefined> {
  const body = { key: Buffer.from(key).toString('base64') };
  const answer = (await etcd.call('/v3/kv/range', body)) as { kvs?: readonly { value: string }[] };
  const [found] = answer.kvs ?? [];
  return found === undefined ? undefined : Buffer.from(found.value, 'base64').toString();
}
