import { eventually, timeScale } from '@rollcall/testing';
import { startEtcdCluster, type EtcdCluster, type EtcdMember } from '@rollcall/testing/etcd';
import { createEtcdClient, type EtcdClient } from '../src';
import { describeWithEtcd } from './support/describe-with-etcd';
import { expectNoGapAndNoDuplicate, recordWatch, type WatchRecord } from './support/record-watch';
import { writeSteadily, type SteadyWriter } from './support/write-steadily';

/** How long members are away that come back. `ETCD_OUTAGE_MS` makes it longer. */
const OUTAGE_MS = Number(process.env['ETCD_OUTAGE_MS'] ?? 3000);

describeWithEtcd('a client of three members', () => {
  let cluster: EtcdCluster;
  let reader: EtcdClient;
  /** Of what is done in one test. */
  let clients: EtcdClient[] = [];
  let prefix: string;
  let writer: SteadyWriter;
  let record: WatchRecord;
  /** To connect, of the client that watches. */
  let attempts: number;

  beforeAll(async () => {
    cluster = await startEtcdCluster();
    reader = createEtcdClient({ endpoints: cluster.endpoints });
  });

  afterAll(async () => {
    reader.close();
    await cluster.discard();
  });

  afterEach(async () => {
    await writer.stop();
    for (const client of clients) client.close();
  });

  /** A writer and a watch, each by a client that uses `first`, which is to fail. */
  async function begin(name: string, first: EtcdMember): Promise<void> {
    prefix = `${name}/`;
    const endpoints = [first, ...cluster.members.filter((member) => member !== first)].map(({ url }) => url);
    attempts = 0;
    const events = { connected: () => undefined, failed: () => (attempts += 1) };
    const writing = createEtcdClient({ endpoints, random: () => 0 });
    clients = [writing];
    const watching = await eventually(async () => {
      const client = createEtcdClient({ endpoints, random: () => 0, events });
      clients.push(client);
      // On a busy machine it may have gone past the first one, as while a leader is elected.
      return (await client.connect()).endpoint === new URL(first.url).host && client;
    });
    const from = (await eventually(() => reader.revision())) + 1;
    record = recordWatch(watching, { range: { prefix }, from });
    writer = writeSteadily(writing, prefix);
    await moreWrites(20);
    await eventually(() => record.changes.length > 0);
  }

  async function moreWrites(count: number): Promise<void> {
    const before = writer.acknowledged.size;
    await eventually(() => writer.acknowledged.size >= before + count, { timeoutMs: 15_000 });
  }

  async function follower(): Promise<EtcdMember> {
    const leader = await cluster.leader();
    const found = cluster.members.find((member) => member !== leader);
    if (found === undefined) throw new Error('a cluster of one');
    return found;
  }

  async function end(): Promise<void> {
    await writer.stop();
    expect(writer.faults.map(({ kind }) => kind).filter((kind) => !OF_A_FAILING_MEMBER.has(kind))).toEqual(
      [],
    );
    await expectNoGapAndNoDuplicate(record, { reader, prefix });
    const told = new Set(record.changes.map(({ revision }) => revision));
    expect([...writer.acknowledged.values()].filter((revision) => !told.has(revision))).toEqual([]);
    expect(record.losses).toEqual([]);
  }

  const whoIsAway = [
    ['the leader', () => cluster.leader()],
    ['a follower', follower],
  ] as const;

  it.each(whoIsAway)('loses and repeats nothing when %s is killed', async (who, find) => {
    const member = await find();
    await begin(`killed ${who}`, member);

    await member.kill();
    await moreWrites(20);
    await member.start();
    await moreWrites(20);

    await end();
    expect(record.interruptions.length).toBeGreaterThan(0);
  });

  it.each(whoIsAway)(
    'loses and repeats nothing when %s is stopped, and when it wakes up',
    async (who, find) => {
      const member = await find();
      await begin(`stopped ${who}`, member);

      await member.pause();
      await moreWrites(20);
      // The watch gets there by its pings, which are answered no more.
      await eventually(() => record.interruptions.length > 0, { timeoutMs: 15_000 });
      await member.resume();
      await moreWrites(20);

      await end();
    },
  );

  it(
    'goes on by itself when all members have been away',
    async () => {
      await begin('all away', await cluster.leader());

      const killedAt = performance.now();
      await Promise.all(cluster.members.map((member) => member.kill()));
      await eventually(() => performance.now() - killedAt > OUTAGE_MS, { timeoutMs: 2 * OUTAGE_MS });
      const [attemptsMade, afterMs] = [attempts, performance.now() - killedAt];
      await Promise.all(cluster.members.map((member) => member.start()));
      await moreWrites(20);

      await end();
      // Rounds over three endpoints with waits of at least 50, 100, 200, 400 and then 500 ms between them.
      expect(attemptsMade).toBeLessThanOrEqual(3 * (10 + afterMs / 500));
    },
    OUTAGE_MS + 40_000 * timeScale,
  );
});

const OF_A_FAILING_MEMBER = new Set(['unavailable', 'deadline']);
