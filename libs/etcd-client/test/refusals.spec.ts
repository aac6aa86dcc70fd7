import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { closedPort, eventually, startHangingServer, startRawServer } from '@rollcall/testing';
import {
  createKeyPairFolder,
  createPrivateAuthority,
  type KeyPairFolder,
} from '@rollcall/testing/certificates';
import { startEtcdCluster, type EtcdCluster } from '@rollcall/testing/etcd';
import { createEtcdClient, type EtcdClient, type EtcdClientOptions } from '../src';
import { describeWithEtcd } from './support/describe-with-etcd';
import { recordWatch } from './support/record-watch';

async function connecting(options: EtcdClientOptions): Promise<unknown> {
  const client = createEtcdClient(options);
  try {
    return await client.connect().catch((error: unknown) => error);
  } finally {
    client.close();
  }
}

describe('an endpoint that is not what it should be', () => {
  it('is unavailable where the port is closed', async () => {
    const port = await closedPort();

    expect(await connecting({ endpoints: [`http://127.0.0.1:${port}`] })).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
      message: expect.stringMatching(
        new RegExp(`^etcd at 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED.*Check that the members run`),
      ) as string,
    });
  });

  it('is not etcd where an HTTP server answers', async () => {
    const server = await startRawServer('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');

    const error = await connecting({ endpoints: [server.url] });

    await server.close();
    expect(error).toMatchObject({
      kind: 'not_etcd',
      message: expect.stringContaining("Check that the endpoint is etcd's client URL") as string,
    });
  });

  it('has a deadline where nobody answers', async () => {
    const server = await startHangingServer();

    const error = await connecting({ endpoints: [server.url], connectTimeoutMs: 100 });

    await server.close();
    expect(error).toMatchObject({ kind: 'deadline', mayHaveHappened: false });
  });

  it.each([
    ['3.3.27', 'version_too_old'],
    ['2.3.8', 'version_too_old'],
  ])('is refused in version %s', async (version, kind) => {
    const member = await startMemberOf(version);

    const error = await connecting({ endpoints: [member.url] });

    member.close();
    expect(error).toMatchObject({
      kind,
      message: `etcd at ${new URL(member.url).host}: version ${version} is too old. Upgrade etcd to 3.4 or later.`,
    });
  });

  it('is another service where gRPC is spoken, but not that of etcd', async () => {
    const server = new Server();
    const port = await listen(server);

    const error = await connecting({ endpoints: [`http://127.0.0.1:${port}`] });

    server.forceShutdown();
    expect(error).toMatchObject({ kind: 'not_etcd' });
  });
});

describeWithEtcd('a cluster that refuses', () => {
  /** Of one test, or of all tests of a group. */
  const clusters: EtcdCluster[] = [];
  const clients: EtcdClient[] = [];
  const discardClusters = async (): Promise<void> => {
    await Promise.all(clusters.splice(0).map((cluster) => cluster.discard()));
  };

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  async function start(options: Parameters<typeof startEtcdCluster>[0] = {}): Promise<EtcdCluster> {
    const cluster = await startEtcdCluster({ size: 1, ...options });
    clusters.push(cluster);
    return cluster;
  }

  function clientOf(options: EtcdClientOptions): EtcdClient {
    const client = createEtcdClient(options);
    clients.push(client);
    return client;
  }

  describe('by itself', () => {
    afterEach(discardClusters);

    it('says that there is no space, keeps leases and reads, and takes writes after it was disarmed', async () => {
      const { endpoints, call } = await start({ flags: [`--quota-backend-bytes=${2 ** 20}`] });
      const client = clientOf({ endpoints });
      const { id } = await client.grantLease(60);
      const watched = recordWatch(client, {
        range: { prefix: 'full/' },
        from: (await client.revision()) + 1,
      });

      const fault = await eventually(async () => {
        const value = Buffer.alloc(200_000);
        return client.put('full/a', value).then(
          () => undefined,
          (error: unknown) => error,
        );
      });
      expect(fault).toMatchObject({
        kind: 'no_space',
        mayHaveHappened: false,
        message: expect.stringContaining('etcdctl alarm disarm') as string,
      });
      expect((await client.status()).alarms).toEqual(['no_space']);
      expect(await client.keepLeaseAlive(id)).toMatchObject({ kind: 'alive' });
      await expect(client.grantLease(60)).rejects.toMatchObject({ kind: 'no_space' });
      expect((await client.range({ key: 'full/a' })).keyValues).toHaveLength(1);
      expect(await client.txn({ success: [{ delete: { key: 'full/a' } }] })).toMatchObject({
        succeeded: true,
      });

      await call('/v3/kv/compaction', { revision: await client.revision(), physical: true });
      await call('/v3/maintenance/defragment');
      const { memberID } = await memberOf(call);
      await call('/v3/maintenance/alarm', { action: 'DEACTIVATE', memberID, alarm: 'NOSPACE' });

      const revision = await eventually(() => client.put('full/b', 'again'));
      await eventually(() => watched.watch.position === revision);
      expect((await client.status()).alarms).toEqual([]);
    });

    it('takes a user where authentication is turned off', async () => {
      const { endpoints } = await start();
      const client = clientOf({ endpoints, user: { name: 'registry', password: () => 'secret' } });

      expect(await client.put('a', '')).toBeGreaterThan(0);
    });

    it('belongs together: an endpoint of another cluster is not used', async () => {
      const [one, other] = await Promise.all([start(), start({ flags: ['--initial-cluster-token=other'] })]);
      const client = clientOf({ endpoints: [...one.endpoints, ...other.endpoints], random: () => 0 });
      await client.put('a', '');

      await one.members[0]?.kill();

      await eventually(async () => {
        const error: unknown = await client
          .put('a', '', { deadlineMs: 500 })
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ kind: 'wrong_cluster', mayHaveHappened: false });
        return true;
      });
      expect((await other.call('/v3/kv/range', { key: 'YQ==' })) as object).not.toHaveProperty('kvs');
    });
  });

  describe('callers that it does not know', () => {
    const user = { name: 'registry', password: () => 'secret' };
    let endpoints: readonly string[];

    afterAll(discardClusters);

    beforeAll(async () => {
      const cluster = await start({ flags: ['--auth-token-ttl=3'] });
      ({ endpoints } = cluster);
      const { call } = cluster;
      const name = (text: string): string => Buffer.from(text).toString('base64');
      for (const each of ['root', 'registry', 'stranger'])
        await call('/v3/auth/user/add', { name: each, password: 'secret' });
      for (const role of ['root', 'registry']) {
        await call('/v3/auth/role/add', { name: role });
        await call('/v3/auth/user/grant', { user: role, role });
      }
      const perm = { permType: 'READWRITE', key: name('mine/'), range_end: name('mine0') };
      await call('/v3/auth/role/grant', { name: 'registry', perm });
      await call('/v3/auth/enable');
    });

    const uses: Readonly<Record<string, (client: EtcdClient) => Promise<unknown>>> = {
      read: (client) => client.range({ key: 'mine/a' }),
      write: (client) => client.put('mine/a', ''),
      async watch(client) {
        const record = recordWatch(client, { range: { key: 'mine/first' }, from: 1 });
        await eventually(() => record.changes.length > 0);
        record.watch.close();
      },
    };

    it('succeed although their token has expired, as they get another one: by a read, a write and a watch', async () => {
      const failed = await Promise.all(
        Object.entries(uses).map(async ([name, use]) => {
          let asked = 0;
          const password = (): string => {
            asked += 1;
            return 'secret';
          };
          const client = clientOf({ endpoints, user: { ...user, password } });
          await client.put('mine/first', '');
          const before = asked;
          const faults: unknown[] = [];
          // Each use of a token makes etcd keep it for its time to live: only a client that rests finds it expired.
          await eventually(
            async () => {
              await use(client).catch((error: unknown) => faults.push(error));
              return asked > before;
            },
            { timeoutMs: 20_000, everyMs: 5500 },
          );
          return [name, faults];
        }),
      );

      expect(failed).toEqual(Object.keys(uses).map((name) => [name, []]));
    });

    it.each<[string, Partial<EtcdClientOptions>]>([
      ['a wrong password', { user: { ...user, password: () => 'guessed' } }],
      ['a user that does not exist', { user: { ...user, name: 'nobody' } }],
      ['no user', {}],
      [
        'a password that cannot be read',
        { user: { ...user, password: () => readFile('/no/such/file', 'utf8') } },
      ],
    ])('are told so: %s', async (_, options) => {
      const client = clientOf({ endpoints, ...options });

      await expect(client.put('mine/a', '')).rejects.toMatchObject({
        kind: 'unauthenticated',
        mayHaveHappened: false,
        message: expect.stringContaining('Check user name and password.') as string,
      });
    });

    it('may not read or write what is not theirs', async () => {
      const client = clientOf({ endpoints, user: { ...user, name: 'stranger' } });

      await expect(client.put('mine/a', '')).rejects.toMatchObject({ kind: 'permission_denied' });
      const record = recordWatch(client, { range: { prefix: 'mine/' }, from: 1 });
      await eventually(() => record.interruptions.length > 0);
      expect(record.interruptions[0]).toMatchObject({ kind: 'permission_denied' });
      expect(record.losses).toEqual([]);
    });
  });

  describe('over TLS', () => {
    let pair: KeyPairFolder;
    let endpoints: readonly string[];

    beforeAll(async () => {
      pair = await createKeyPairFolder({ names: ['127.0.0.1'] });
      const { certFile, keyFile } = pair;
      ({ endpoints } = await start({ tls: { certFile, keyFile, ca: pair.authority.ca } }));
    });

    afterAll(async () => {
      await discardClusters();
      await pair.remove();
    });

    it('is believed by its authority, which is read anew for each connection', async () => {
      let reads = 0;
      const client = clientOf({
        endpoints,
        async tls() {
          reads += 1;
          return { ca: await readFile(pair.caFile) };
        },
      });

      expect(await client.put('a', '')).toBeGreaterThan(0);
      const record = recordWatch(client, { range: { key: 'a' }, from: 2 });
      await eventually(() => record.changes.length === 1);
      expect(reads).toBe(1);
    });

    it.each<[string, () => Promise<Partial<EtcdClientOptions>>]>([
      ['another authority', async () => ({ tls: await trusting(createPrivateAuthority()) })],
      ['none but those of Node', () => Promise.resolve({})],
      [
        'a file that is not there',
        () => Promise.resolve({ tls: async () => ({ ca: await readFile('/no/such/file') }) }),
      ],
      ['a file that is no certificate', () => Promise.resolve({ tls: () => ({ ca: Buffer.from('no') }) })],
      [
        'its own, but at a host that the certificate does not name',
        () =>
          Promise.resolve({
            endpoints: endpoints.map((endpoint) => endpoint.replace('127.0.0.1', 'localhost')),
          }),
      ],
    ])('is not believed by %s', async (_, options) => {
      expect(await connecting({ endpoints, ...(await options()) })).toMatchObject({
        kind: 'certificate',
        mayHaveHappened: false,
        message: expect.stringContaining('certificate') as string,
      });
    });

    it('is not spoken to in plain text', async () => {
      const plain = endpoints.map((endpoint) => endpoint.replace('https:', 'http:'));

      expect(await connecting({ endpoints: plain })).toMatchObject({
        kind: 'unavailable',
        mayHaveHappened: false,
      });
    });
  });
});

async function memberOf(call: EtcdCluster['call']): Promise<{ readonly memberID: string }> {
  const { header } = (await call('/v3/maintenance/status')) as { header: { member_id: string } };
  return { memberID: header.member_id };
}

async function trusting(authority: ReturnType<typeof createPrivateAuthority>): Promise<() => { ca: Buffer }> {
  const { ca } = await authority;
  return () => ({ ca: Buffer.from(ca) });
}

/** Speaks etcd's protocol, but only to say its version. */
async function startMemberOf(version: string): Promise<{ readonly url: string; close(): void }> {
  const definitions = loadSync(join(__dirname, '../proto/etcd.proto'), { keepCase: true });
  const server = new Server();
  server.addService(definitions['etcdserverpb.Maintenance'] as ServiceDefinition, {
    Status: (_call: unknown, respond: (error: null, answer: object) => void) =>
      respond(null, { version, leader: '1', header: { cluster_id: '1' } }),
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
