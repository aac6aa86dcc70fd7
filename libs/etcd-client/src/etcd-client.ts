import { createAccessToken, type User } from './access-token';
import { openConnection, type TlsMaterial } from './connection';
import { createCaller, type CallOptions } from './caller';
import { createConnector, type ConnectionEvents } from './connector';
import { parseEndpoints } from './endpoints';
import { asEtcdError, EtcdError } from './etcd-fault';
import { keyAfter, rangeOf, type KeyRange } from './key-range';
import { keyValueOf, revisionOf, type KeyValues, type ListOptions } from './key-value';
import { keepAliveOnce, type LeaseState } from './lease';
import { createMemberCheck, memberStatusOf, type MemberStatus } from './member-status';
import type { Answer, WireKeyValue } from './messages';
import { methods } from './protocol';
import {
  bytesOf,
  operationResultOf,
  txnRequestOf,
  type Transaction,
  type TransactionResult,
} from './transaction';
import { startWatch, type Watch, type WatchListener, type WatchOptions } from './watch';

export interface EtcdClientOptions {
  /** Client URLs of the members: `http://host:2379`, or `https://` for all of them. */
  readonly endpoints: readonly string[];
  /** Asked for each connection that is opened, so that a certificate that was renewed is used. */
  readonly tls?: () => TlsMaterial | Promise<TlsMaterial>;
  readonly user?: User;
  /** Default 5000. Lower: fails during an election, which takes 1 to 3 s. Higher: waits longer for a stopped member. */
  readonly deadlineMs?: number;
  /** Longest wait for one endpoint to accept a connection and say who it is. Default 2000. */
  readonly connectTimeoutMs?: number;
  readonly events?: ConnectionEvents;
  readonly random?: () => number;
}

/**
 * A client of one etcd cluster. Every method rejects with `EtcdError`; of a write that rejects, `mayHaveHappened` says
 * whether it may have been carried out all the same.
 */
export interface EtcdClient {
  /**
   * Tries every endpoint once. Other calls need not wait for it, but they try for as long as they may.
   *
   * @throws EtcdError what is wrong with the endpoints, the certificates, the user or the version
   */
  connect(): Promise<MemberStatus>;
  /** Linearizable; at `revision` what was there then. */
  range(range: KeyRange, options?: CallOptions & { readonly revision?: number }): Promise<KeyValues>;
  /** The same in pages, for large ranges: all pages are of one revision. */
  list(range: KeyRange, options?: CallOptions & ListOptions): Promise<KeyValues>;
  /** The revision of the cluster, by a linearizable read. */
  revision(options?: CallOptions): Promise<number>;
  /** @returns the revision at which it was written */
  put(
    key: string,
    value: string | Uint8Array,
    options?: CallOptions & { readonly lease?: string },
  ): Promise<number>;
  txn(transaction: Transaction, options?: CallOptions): Promise<TransactionResult>;
  /** @returns the lease's id, and its time to live as etcd rounded it */
  grantLease(
    ttlSeconds: number,
    options?: CallOptions,
  ): Promise<{ readonly id: string; readonly ttlSeconds: number }>;
  /** Deletes the lease's keys, too. Resolves as well when it has ended before. */
  revokeLease(id: string, options?: CallOptions): Promise<void>;
  /**
   * Once; the caller repeats it. That it succeeded is no proof that etcd accepts writes: a leader that was deposed goes on
   * answering for a while (etcd issue 15247).
   */
  keepLeaseAlive(id: string, options?: CallOptions): Promise<LeaseState>;
  /** Of the member in use. */
  status(options?: CallOptions): Promise<MemberStatus>;
  watch(options: WatchOptions, listener: WatchListener): Watch;
  /** Rejects what is under way and ends every watch. */
  close(): void;
}

export function createEtcdClient(options: EtcdClientOptions): EtcdClient {
  const { deadlineMs: usualDeadlineMs = 5000, connectTimeoutMs = 2000, random = Math.random } = options;
  const { hosts, secure } = parseEndpoints(options.endpoints);
  const accessToken = options.user && createAccessToken(options.user);
  const checkMember = createMemberCheck(connectTimeoutMs);
  const connector = createConnector({
    hosts,
    random,
    events: options.events ?? { connected: () => undefined, failed: () => undefined },
    async open(host) {
      const connection = openConnection(host, secure ? await readTls(options) : undefined);
      await checkMember(connection).catch((error: unknown) => {
        connection.close();
        throw error;
      });
      return connection;
    },
  });
  const caller = createCaller({ connector, accessToken, usualDeadlineMs });
  const { read, write } = caller;
  const watches = new Set<Watch>();

  async function readRevision(call: CallOptions = {}): Promise<number> {
    return headerRevision(await read(methods.range, { ...rangeOf({ key: '\0' }), count_only: true }, call));
  }

  return {
    async connect() {
      const connection = await connector.current({ oneRound: true });
      await caller.token(connection);
      return memberStatusOf(await read(methods.status, {}, {}), connection.endpoint);
    },
    async range(range, { revision, ...call } = {}) {
      const request = { ...rangeOf(range), ...(revision !== undefined && { revision }) };
      const answer = await read(methods.range, request, call);
      return { revision: revision ?? headerRevision(answer), keyValues: answer.kvs.map(keyValueOf) };
    },
    async list(range, { revision, pageSize = 1000, keysOnly = false, ...call } = {}) {
      const all: WireKeyValue[] = [];
      const request = { ...rangeOf(range), keys_only: keysOnly };
      for (let at = revision, key = request.key; ; ) {
        const page = { ...request, key, limit: pageSize, ...(at !== undefined && { revision: at }) };
        const answer = await read(methods.range, page, call, true);
        at ??= headerRevision(answer);
        all.push(...answer.kvs);
        const last = answer.kvs.at(-1);
        if (!answer.more || last === undefined) return { revision: at, keyValues: all.map(keyValueOf) };
        key = keyAfter(last.key);
      }
    },
    revision: readRevision,
    async put(key, value, { lease, ...call } = {}) {
      const request = { key: Buffer.from(key), value: bytesOf(value), ...(lease !== undefined && { lease }) };
      return headerRevision(await write(methods.put, request, call));
    },
    async txn(transaction, call = {}) {
      const answer = await write(methods.txn, txnRequestOf(transaction), call);
      return {
        succeeded: answer.succeeded,
        revision: headerRevision(answer),
        results: answer.responses.map(operationResultOf),
      };
    },
    async grantLease(ttlSeconds, call = {}) {
      const answer = await write(methods.leaseGrant, { TTL: ttlSeconds }, call);
      if (answer.error !== '') throw new EtcdError('unexpected', answer.error);
      return { id: answer.ID, ttlSeconds: Number(answer.TTL) };
    },
    async revokeLease(ID, call = {}) {
      await write(methods.leaseRevoke, { ID }, call).catch((error: unknown) => {
        if (!(error instanceof EtcdError) || error.kind !== 'lease_not_found') throw error;
      });
    },
    keepLeaseAlive: (id, call = {}) =>
      caller.attempt((connection, limits) => keepAliveOnce(connection, id, limits), call, true),
    status: (call = {}) =>
      caller.attempt(
        async (connection, limits) =>
          memberStatusOf(await connection.call(methods.status, {}, limits), connection.endpoint),
        call,
        true,
      ),
    watch(watchOptions, listener) {
      const watch: Watch = startWatch(watchOptions, listener, {
        connector,
        random,
        openMs: usualDeadlineMs,
        token: (connection) => caller.token(connection),
        tokenRefused: (token) => accessToken?.refused(token),
        readRevision,
        ended: () => watches.delete(watch),
      });
      watches.add(watch);
      return watch;
    },
    close() {
      for (const watch of watches) watch.close();
      connector.close();
    },
  };
}

async function readTls({ tls }: EtcdClientOptions): Promise<TlsMaterial> {
  try {
    return (await tls?.()) ?? {};
  } catch (error) {
    throw asEtcdError(error, 'certificate', 'CA, certificate or key cannot be read: ');
  }
}

function headerRevision({ header }: Answer): number {
  return revisionOf(header?.revision ?? '0');
}
