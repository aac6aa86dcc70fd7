import type { EtcdClient } from '@rollcall/etcd-client';
import { eventually } from '@rollcall/testing';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { createCatalogCommits } from '../src/adapters/etcd-store/catalog-commits';
import { createCatalogView } from '../src/adapters/etcd-store/catalog-view';
import type { EtcdEvent } from '../src/adapters/etcd-store/etcd-event';
import { createEtcdFeed, type EtcdFeed } from '../src/adapters/etcd-store/etcd-feed';
import { createEtcdLink } from '../src/adapters/etcd-store/etcd-link';
import { createProgress } from '../src/adapters/etcd-store/progress';
import { systemClock } from '../src/adapters/system-clock';
import { startEtcdReplicas, type EtcdPlace, type EtcdReplicas } from './doubles/etcd-replicas';
import { openReplica, type OpenReplica } from './doubles/open-replica';
import { registering, removing, sampleChange, sampleRecord } from './samples/sample-change';
import { sampleRegistration } from './samples/sample-registration';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

describeWithEtcd('a replica that follows a real etcd', () => {
  let etcd: EtcdReplicas;
  let place: EtcdPlace;
  let writer: OpenReplica;
  beforeAll(async () => {
    etcd = await startEtcdReplicas();
  });
  beforeEach(async () => {
    place = etcd.place();
    writer = await openReplica(place);
  });
  afterEach(() => writer.close());
  afterAll(() => etcd.discard());

  describe('and compares what it was told', () => {
    let feed: EtcdFeed;
    let events: EtcdEvent[];
    /** How often it was told of the whole group. */
    let groupListed: number;
    /** What happens once a list of etcd is answered. */
    let afterList: () => Promise<unknown>;
    let close: () => Promise<void>;

    beforeEach(async () => {
      await writer.settle(() => registering('a'));
      await writer.settle(() => registering('gone'));
      await writer.settle(() => removing('gone'));
      events = [];
      groupListed = 0;
      afterList = () => Promise.resolve();
      const link = createEtcdLink({ endpoints: etcd.cluster.endpoints }, (event) => events.push(event));
      const { client } = link;
      const list: EtcdClient['list'] = async (range, options) => {
        const listed = await client.list(range, options);
        await afterList();
        return listed;
      };
      feed = createEtcdFeed({
        link: { ...link, client: { ...client, list } },
        keys: place.keys,
        clock: systemClock,
        newId: () => 'unused',
        warmSeconds: 5,
        onEvent: (event) => events.push(event),
      });
      await feed.open();
      feed.follow({
        changed: () => undefined,
        replaced: () => undefined,
        groupChanged: () => undefined,
        groupListed: () => (groupListed += 1),
      });
      close = async () => {
        await feed.close();
        link.close();
      };
    });
    afterEach(() => close());

    const differences = () => events.filter(({ type }) => type === 'view_differs');

    it('takes no key for missed that is deleted meanwhile', async () => {
      const key = place.keys.service('product');
      expect(feed.view.modRevisionOf(key)).toBeGreaterThan(0);
      afterList = async () => {
        await etcd.client.txn({ success: [{ delete: { key } }] });
        await eventually(() => feed.view.modRevisionOf(key) === 0);
      };
      await feed.compare();
      expect(differences()).toEqual([]);
      expect(groupListed).toBe(1);
    });

    it('reads everything again where it was not told of a key', async () => {
      const key = place.keys.service('product');
      const { view } = feed;
      view.apply({ revision: feed.progress.position, events: [{ kind: 'deleted', key }] });
      await feed.compare();
      expect(differences()).toEqual([{ type: 'view_differs', keys: [key] }]);
      expect(groupListed).toBe(2);
      expect(feed.view.modRevisionOf(key)).toBeGreaterThan(0);
    });
  });

  it.each<[string, boolean]>([
    ['gives a path', true],
    ['relies on a path that its service held', false],
  ])('has a change decided again that %s and was waiting when the catalog was replaced', async (_, given) => {
    const announcing = (serviceName: string, isGiven: boolean) =>
      sampleChange({
        serviceName,
        put: [
          sampleRecord(serviceName, {
            registration: sampleRegistration({
              serviceName,
              url: `http://${serviceName}`,
              routes: [{ path_prefix: '/shop' }],
            }),
          }),
        ],
        ...(isGiven && { claims: [{ pathPrefix: '/shop', since: 1, why: 'spec' }] }),
      });
    const { keys } = place;
    let view = createCatalogView(keys, []);
    const progress = createProgress((delayMs, task) => systemClock.after(delayMs, task));
    // Held back until the catalog is another one, as where etcd does not answer for a while.
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const hold = async <T>(answer: Promise<T>): Promise<T> => {
      const answered = await answer;
      await held;
      return answered;
    };
    const commits = createCatalogCommits({
      replicaId: 'spec',
      link: {
        client: { ...etcd.client, txn: (...call) => hold(etcd.client.txn(...call)) },
        onReplaced: () => undefined,
        close: () => undefined,
      },
      keys,
      clock: systemClock,
      feed: {
        get view() {
          return view;
        },
        progress,
      },
      onEvent: () => undefined,
    });

    await writer.settle(() => announcing('another', true));
    const { keyValues } = await etcd.client.list({ prefix: keys.catalog });
    // So many are on their way at once, and the next one waits for its turn.
    const others = given ? [] : Array.from({ length: 256 }, (_, at) => registering(`other-${at}`));
    const ahead = others.map((change) => commits.commit(change, undefined));
    const waiting = commits.commit(announcing('mine', given), undefined);
    release();
    view = createCatalogView(keys, keyValues);
    commits.replaced();
    progress.restart(Infinity);

    expect(await waiting).toEqual({ kind: 'conflict' });
    await Promise.all(ahead);
    const key = keys.instance('mine', 'http://mine');
    expect((await etcd.client.range({ key })).keyValues).toEqual([]);
    commits.close();
  });
});
