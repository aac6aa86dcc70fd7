import type { AppProcess } from '../app-process';
import { freePort, localUrl, startApp } from '../app-process';
import type { EtcdCluster, TcpRelay } from '@rollcall/testing/etcd';
import { startTcpRelay } from '@rollcall/testing/etcd';

/** One registry of several over one etcd: a process at an address of its own. */
export interface ReplicaProcess {
  readonly url: string;
  /** The process that is this replica now. */
  process(): AppProcess;
  /** Starts it, also again at the same address after it was ended, and waits until it is ready. */
  start(): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown>;
  /** SIGSTOP: its connections stay, and nothing on them is answered. */
  pause(): void;
  resume(): void;
  /** Its connections to etcd stay, and nothing passes on them, new ones included. Only where it is `relayed`. */
  cutOffFromEtcd(): void;
  reconnectToEtcd(): void;
  /** Running, not stopped, and connected to etcd, whatever was done to it. */
  heal(): Promise<void>;
  /** Ends it and its relays. */
  discard(): Promise<void>;
}

export interface ReplicaProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Whether it reaches etcd by relays of this process, which may have too much to do to let new connections pass in time. */
  readonly relayed: boolean;
}

export async function createReplicaProcess(
  etcd: EtcdCluster,
  { env, relayed }: ReplicaProcessOptions,
): Promise<ReplicaProcess> {
  const port = await freePort();
  const url = localUrl(port);
  const relays: readonly TcpRelay[] = await Promise.all(
    (relayed ? etcd.endpoints : []).map((endpoint) => startTcpRelay(endpoint)),
  );
  const endpoints = relayed ? relays.map((relay) => relay.url) : etcd.endpoints;
  let running: AppProcess | undefined;

  function process(): AppProcess {
    if (running === undefined) throw new Error(`the registry at ${url} was not started`);
    return running;
  }

  async function start(): Promise<void> {
    const settings = {
      REGISTRY_STORE: 'etcd',
      ETCD_ENDPOINTS: endpoints.join(),
      ADVERTISE_URL: url,
    };
    running = startApp({ app: 'registry', port, env: { ...settings, ...env } });
    await running.ready();
  }

  function reconnectToEtcd(): void {
    for (const relay of relays) relay.pass();
  }

  return {
    url,
    process,
    start,
    end: (signal) => process().end(signal),
    pause: () => void globalThis.process.kill(process().pid, 'SIGSTOP'),
    resume: () => void globalThis.process.kill(process().pid, 'SIGCONT'),
    cutOffFromEtcd() {
      for (const relay of relays) relay.hold();
    },
    reconnectToEtcd,
    async heal() {
      reconnectToEtcd();
      if (!process().isRunning()) return start();
      globalThis.process.kill(process().pid, 'SIGCONT');
      await process().ready();
    },
    async discard() {
      await running?.end('SIGKILL');
      await Promise.all(relays.map((relay) => relay.close()));
    },
  };
}
