import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort } from '../closed-port';
import { eventually } from '../eventually';
import { createEtcdMember, type EtcdMember, type EtcdMemberPlan } from './etcd-member';
import { callGateway } from './gateway-call';

/** Real etcd members of 127.0.0.1, each a process of its own. */
export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  /** Of all members, for clients. */
  readonly endpoints: readonly string[];
  /** Waits until there is one that all members that answer agree on. */
  leader(): Promise<EtcdMember>;
  /** Calls one of the members. @param path `/v3/…`, as etcd's JSON gateway has it */
  call(path: string, body?: object): Promise<unknown>;
  /** Keeps a copy of all data, and starts again. */
  backUp(): Promise<void>;
  /** Starts again with the data of the backup: what was written since then is lost. */
  restore(): Promise<void>;
  discard(): Promise<void>;
}

export interface EtcdClusterOptions {
  /** Default 3. */
  readonly size?: number;
  /** Flags of etcd on top of those that make a cluster. */
  readonly flags?: readonly string[];
  /** For connections of clients: PEM files, and the authority's certificate itself. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly ca: string };
}

interface Status {
  readonly header: { readonly member_id: string };
  /** Absent while the member knows of none. */
  readonly leader?: string;
}

/** Resolves once there is a leader. */
export async function startEtcdCluster(options: EtcdClusterOptions = {}): Promise<EtcdCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-etcd-'));
  for (let attempt = 1; ; attempt += 1) {
    const members = (await planMembers(folder, options)).map(createEtcdMember);
    const cluster = clusterOf(members, options, folder);
    try {
      await Promise.all(members.map((member) => member.start()));
      await cluster.leader();
      return cluster;
    } catch (error) {
      await Promise.all(members.map((member) => member.erase()));
      // Somebody else took one of the ports between our looking and the member's listening.
      if (attempt < 3 && error instanceof Error && error.message.includes('address already in use')) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

function clusterOf(members: readonly EtcdMember[], { tls }: EtcdClusterOptions, folder: string): EtcdCluster {
  const endpoints = members.map(({ url }) => url);
  const call = (url: string, path: string, body: object = {}): Promise<unknown> =>
    callGateway(url, { path, body, ...(tls && { ca: tls.ca }) });

  async function leader(): Promise<EtcdMember> {
    return eventually(
      async () => {
        const asked = members.map(async (member) => {
          const status = await call(member.url, '/v3/maintenance/status').catch(() => undefined);
          return status === undefined ? [] : [{ member, ...(status as Status) }];
        });
        const answered = (await Promise.all(asked)).flat();
        const leaders = new Set(answered.map((status) => status.leader));
        return leaders.size === 1
          ? answered.find((status) => status.header.member_id === status.leader)?.member
          : undefined;
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
  }

  async function offline(work: (member: EtcdMember) => Promise<void>): Promise<void> {
    await Promise.all(members.map((member) => member.kill()));
    await Promise.all(members.map(work));
    await Promise.all(members.map((member) => member.start()));
    await leader();
  }

  return {
    members,
    endpoints,
    leader,
    call: (path, body) => call(endpoints[0] ?? '', path, body),
    backUp: () => offline((member) => member.keepData()),
    restore: () => offline((member) => member.restoreData()),
    async discard() {
      await Promise.all(members.map((member) => member.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function planMembers(
  folder: string,
  { size = 3, flags = [], tls }: EtcdClusterOptions,
): Promise<EtcdMemberPlan[]> {
  // Each keeps its own while it is away.
  const ports = await Promise.all(Array.from({ length: 2 * size }, () => closedPort()));
  const names = Array.from({ length: size }, (_, index) => `m${index}`);
  const peerUrlOf = (index: number): string => `http://127.0.0.1:${ports[size + index]}`;
  const initialCluster = names.map((name, index) => `${name}=${peerUrlOf(index)}`).join(',');
  const secure = tls === undefined ? [] : [`--cert-file=${tls.certFile}`, `--key-file=${tls.keyFile}`];
  return names.map((name, index) => ({
    name,
    dataFolder: join(folder, name),
    clientUrl: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${ports[index]}`,
    peerUrl: peerUrlOf(index),
    flags: [`--initial-cluster=${initialCluster}`, ...secure, ...flags],
  }));
}
