import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '@rollcall/testing';
import { startEtcdCluster, startTcpRelay, type EtcdCluster, type TcpRelay } from '@rollcall/testing/etcd';
import { createEtcdClient, type EtcdClient, type Watch } from '../src';
import { describeWithEtcd } from './support/describe-with-etcd';
import { expectNoGapAndNoDuplicate, recordWatch, type WatchRecord } from './support/record-watch';

describeWithEtcd('a watch and the history that etcd keeps', () => {
  let cluster: EtcdCluster;
  /** Straight to the member. */
  let direct: EtcdClient;
  let relay: TcpRelay;
  /** By the relay. */
  let relayed: EtcdClient;

  beforeAll(async () => {
    cluster = await startEtcdCluster({ size: 1 });
  });

  afterAll(() => cluster.discard());

  beforeEach(async () => {
    const [endpoint = ''] = cluster.endpoints;
    direct = createEtcdClient({ endpoints: [endpoint] });
    relay = await startTcpRelay(endpoint);
    relayed = createEtcdClient({ endpoints: [relay.url] });
  });

  afterEach(async () => {
    relayed.close();
    direct.close();
    await relay.close();
  });

  /** Each key in a transaction of its own. @returns the revision before the first */
  async function write(prefix: string, count: number): Promise<number> {
    const before = await direct.revision();
    const value = 'x'.repeat(100);
    const numbers = Array.from({ length: count }, (_, number) => number);
    while (numbers.length > 0)
      await Promise.all(
        numbers
          .splice(0, 50)
          .map((number) => direct.put(`${prefix}${number}`, value, { deadlineMs: 30_000 })),
      );
    return before;
  }

  // etcd sends what is to be caught up with in answers of 1000 revisions, here of some 170 KB each, with the revision of
  // the store in the header of each.
  it.each([
    ['after one answer', 200_000],
    ['in the third answer', 400_000],
  ])('loses and repeats nothing when a catch-up breaks %s', async (where, bytes) => {
    const prefix = `catch-up ${where}/`;
    const before = await write(prefix, 3500);

    relay.cutAfter(bytes);
    const record = recordWatch(relayed, { range: { prefix }, from: before + 1 });

    await expectNoGapAndNoDuplicate(record, { reader: direct, prefix });
    expect(record.changes.length).toBe(3500);
    expect(record.toldBefore.filter((told) => told > 0 && told < 3500).length).toBeGreaterThan(0);
  });

  it('tells one revision of more than a message at once', async () => {
    const before = await direct.revision();
    // etcd splits what is larger than 1.5 MB and one answer of many revisions alike.
    const value = 'x'.repeat(10_000);
    for (let number = 0; number < 8; number += 1)
      await direct.txn({
        success: Array.from({ length: 100 }, (_, key) => ({
          put: { key: `large/${number}/${key}`, value },
        })),
      });

    const record = recordWatch(direct, { range: { prefix: 'large/' }, from: before + 1 });
    await expectNoGapAndNoDuplicate(record, { reader: direct, prefix: 'large/' });

    expect(record.changes.map(({ events }) => events.length)).toEqual(Array(8).fill(100));
  });

  it('ends with the compacted revision when history was compacted while it was away', async () => {
    const record = recordWatch(relayed, {
      range: { prefix: 'compacted/' },
      from: (await direct.revision()) + 1,
    });
    const known = await direct.put('compacted/a', 'told');
    await eventually(() => record.changes.length === 1);

    relay.cutAfter(0);
    const last = await write('compacted/b', 5).then(() => direct.revision());
    await cluster.call('/v3/kv/compaction', { revision: last });
    await eventually(() => record.interruptions.length > 0);
    relay.cutAfter(undefined);

    await eventually(() => record.losses.length > 0);
    expect(record.losses).toEqual([{ kind: 'compacted', compactRevision: last, position: known }]);
    expect(record.keys()).toEqual(['compacted/a']);
  });

  it('ends with the compacted revision when it begins before that', async () => {
    const revision = await direct.put('compacted/c', '');
    await cluster.call('/v3/kv/compaction', { revision });

    const record = recordWatch(direct, { range: { prefix: 'compacted/' }, from: revision - 1 });

    await eventually(() => record.losses.length > 0);
    expect(record.losses).toEqual([{ kind: 'compacted', compactRevision: revision, position: revision - 2 }]);
  });

  it('is kept by its client until it is closed or lost, and no longer', async () => {
    const compacted = await direct.put('compacted/d', '');
    await cluster.call('/v3/kv/compaction', { revision: compacted });
    /** @returns the watch, for as long as the client has it */
    async function begin(from: number, isSettled: (record: WatchRecord) => boolean): Promise<WeakRef<Watch>> {
      const record = recordWatch(direct, { range: { prefix: 'kept/' }, from });
      await eventually(() => isSettled(record));
      return new WeakRef(record.watch);
    }
    const open = await begin(compacted, ({ followed }) => followed > 0);
    const lost = await begin(compacted - 1, ({ losses }) => losses.length > 0);
    const closed = await begin(compacted, ({ followed, watch }) => {
      if (followed > 0) watch.close();
      return followed > 0;
    });

    await eventually(() => {
      collectGarbage();
      return closed.deref() === undefined && lost.deref() === undefined;
    });
    expect(open.deref()).toBeDefined();
  });

  it('ends as rewound after a backup was restored, and not while the store is where it was', async () => {
    const record = recordWatch(relayed, {
      range: { prefix: 'rewound/' },
      from: (await direct.revision()) + 1,
    });
    await direct.put('rewound/a', 'in the backup');
    await cluster.backUp();
    // Repeated until it is there: a failed write may have happened.
    const key = 'rewound/b';
    await eventually(() =>
      direct.txn({ compare: [{ key, version: 0 }], success: [{ put: { key, value: 'after it' } }] }),
    );
    await eventually(() => record.changes.length === 2, { timeoutMs: 15_000 });
    expect(record.losses).toEqual([]);

    await cluster.restore();

    await eventually(() => record.losses.length > 0, { timeoutMs: 15_000 });
    const { position } = record.watch;
    expect(record.losses).toEqual([{ kind: 'rewound', revision: expect.any(Number) as number, position }]);
    expect(await direct.revision()).toBeLessThan(position);
    expect(record.keys()).toEqual(['rewound/a', 'rewound/b']);
  });

  it('waits for a revision that is yet to come if it has been told of none', async () => {
    const now = await direct.revision();
    const record = recordWatch(direct, { range: { prefix: 'ahead/' }, from: now + 1 });
    await eventually(() => record.followed > 0);

    await direct.put('ahead/a', '');

    await eventually(() => record.changes.length === 1);
    expect(record.losses).toEqual([]);
  });

  it('opens anew after a silence that is longer than it was promised', async () => {
    const record = recordWatch(relayed, {
      range: { prefix: 'silent/' },
      from: (await direct.revision()) + 1,
      silenceMs: 300,
    });
    await eventually(() => record.followed > 0);

    relay.hold();
    await direct.put('silent/a', '');
    await eventually(() => record.interruptions.some(({ message }) => message.includes('silent for 300 ms')));
    relay.pass();

    await eventually(() => record.changes.length === 1, { timeoutMs: 15_000 });
    expect(record.keys()).toEqual(['silent/a']);
  });

  it('tells nothing any more once it is closed', async () => {
    const record = recordWatch(direct, { range: { prefix: 'closed/' }, from: (await direct.revision()) + 1 });
    await direct.put('closed/a', '');
    await eventually(() => record.changes.length === 1);
    const other = recordWatch(direct, { range: { prefix: 'closed/' }, from: record.watch.position + 1 });

    record.watch.close();
    await direct.put('closed/b', '');

    await eventually(() => other.changes.length === 1);
    expect(record.keys()).toEqual(['closed/a']);
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
