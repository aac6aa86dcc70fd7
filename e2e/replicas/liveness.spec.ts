import type { DrainResponse, Instance } from '@rollcall/contracts';
import { eventually, timeScale } from '@rollcall/testing';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { expectAnswer, json, request } from '../src/expect-answer';
import { vouchedFor } from '../src/explained';
import { startSilentSubscriber } from '../src/replicas/silent-subscriber';
import { startReplicatedCluster, type ReplicatedCluster } from '../src/replicas/replicated-cluster';
import { startSubscriber, type Subscriber } from '../src/subscriber';

const DEATHS = 30;
/** Two seconds, on a core as fast as `timeScale` measures from: it doubles for what the suite itself takes. */
const PROMISED_MS = 2000 * Math.max(1, timeScale / 2);
const TTL_MS = 5000;
/** What finding out takes a spec that asks every 50 ms. */
const LOOK_MS = 1000 * timeScale;

(etcdIsInstalled ? describe : describe.skip)('who lives, to two registries over one etcd', () => {
  let cluster: ReplicatedCluster;
  let addresses = 0;

  beforeAll(async () => {
    cluster = await startReplicatedCluster();
  });

  afterAll(() => cluster?.stop());

  /** A spec that fails leaves nothing broken to the next one. */
  afterEach(() => cluster.heal());

  /** A loopback address with nobody at it: a probe is refused there, as at that of a dead process. */
  const nextUrl = (): string => `http://127.79.${Math.floor(addresses / 250)}.${1 + (addresses++ % 250)}:9`;

  /** Until its session stands, a moment after its registration, only its lease tells of a death. */
  const isVouchedFor = (url: string) =>
    eventually(async () => {
      const vouched = await Promise.all(cluster.replicas.map((replica) => vouchedFor(replica.url, 'hello')));
      return vouched.every((urls) => urls.includes(url));
    });

  test(
    'a process that is killed is out of every subscriber of both within two seconds, thirty times',
    async () => {
      const staying = [await cluster.add('hello'), await cluster.add('hello')].map(({ url }) => url);
      const subscribers: readonly Subscriber[] = cluster.replicas.flatMap(({ url }) =>
        [1, 2].map(() => startSubscriber(url, 'hello')),
      );
      const tookMs: number[] = [];
      for (let death = 0; death < DEATHS; death += 1) {
        const doomed = await cluster.add('hello');
        await isVouchedFor(doomed.url);
        await Promise.all(subscribers.map((subscriber) => subscriber.knows([...staying, doomed.url])));

        const killedAt = Date.now();
        await doomed.end('SIGKILL');
        const learned = await Promise.all(subscribers.map((subscriber) => subscriber.knows(staying)));
        tookMs.push(Math.max(...learned.map(({ at }) => at)) - killedAt);
      }
      await Promise.all(subscribers.map((subscriber) => subscriber.end()));

      tookMs.sort((one, other) => one - other);
      const [median = 0, worst = Infinity] = [tookMs[DEATHS / 2], tookMs.at(-1)];
      process.stderr.write(
        `${DEATHS} deaths, out of every subscriber after ${median} ms (median), ${worst} ms (p99)\n`,
      );
      expect(worst).toBeLessThan(PROMISED_MS);
    },
    300_000 * timeScale,
  );

  test('a drain is complete only when the subscribers of both have acknowledged it', async () => {
    const [first, second] = cluster.replicas;
    const instance = await registered(first.url, { service_name: 'drained', url: nextUrl() });
    const subscribers = [
      await startSilentSubscriber(first.url, 'drained'),
      await startSilentSubscriber(second.url, 'drained'),
    ];

    const early = await drain(first.url, instance, 1000);
    expect(early.complete).toBe(false);
    expect([...early.missing].sort()).toEqual(subscribers.map(({ subscriber }) => subscriber).sort());
    await Promise.all(subscribers.map(async (one) => one.acknowledge(await one.asked())));
    await eventually(async () => (await drain(first.url, instance, 1000)).complete, { timeoutMs: 15_000 });
    for (const { vanish } of subscribers) vanish();
  });

  test('a drain is not complete while the subscribers of a registry that has died are on their way', async () => {
    const { leader, other } = await cluster.leader();
    const instance = await registered(other.url, { service_name: 'orphaned', url: nextUrl() });
    await startSilentSubscriber(leader.url, 'orphaned');

    const answer = drain(other.url, instance, 4000);
    await leader.end('SIGKILL');
    expect((await answer).complete).toBe(false);

    await eventually(async () => (await drain(other.url, instance, 1000)).complete, { timeoutMs: 45_000 });
  });

  test('a lease ends at its ttl at the earliest, and five seconds later at the latest', async () => {
    const urls = cluster.replicas.map(({ url }) => url);
    const ends = await Promise.all(urls.map((url) => silenceOf(url, 'brief')));
    for (const { lastSeenMs, goneMs } of ends) {
      tell('one leader', goneMs);
      expect(lastSeenMs).toBeGreaterThan(TTL_MS - LOOK_MS);
      expect(goneMs).toBeLessThan(TTL_MS + 5000 + LOOK_MS);
    }
  });

  test('a lease ends no earlier and no later when the leader changes meanwhile', async () => {
    const { leader, other } = await cluster.leader();
    const silence = silenceOf(other.url, 'across');
    await leader.end('SIGTERM');
    await leader.start();
    const { lastSeenMs, goneMs } = await silence;
    tell('another leader', goneMs);
    expect(lastSeenMs).toBeGreaterThan(TTL_MS - LOOK_MS);
    expect(goneMs).toBeLessThan(TTL_MS + 5000 + LOOK_MS);
  });

  test('5,000 registrations of one service over both are all taken', async () => {
    const urls = cluster.replicas.map(({ url }) => url);
    const waiting = Array.from({ length: 5000 }, (_, index) => index);
    const refused: string[] = [];
    const work = Array.from({ length: 32 }, async () => {
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
        const body = {
          service_name: 'crowd',
          url: `http://127.80.${Math.floor(index / 250)}.${1 + (index % 250)}:9`,
          ttl_seconds: 3600,
        };
        const answer = await request(`${urls[index % 2] ?? ''}/register`, json('POST', body));
        if (answer.status !== 201) refused.push(`${answer.status}: ${answer.text}`);
      }
    });
    await Promise.all(work);

    expect(refused).toEqual([]);
    for (const url of urls)
      await eventually(async () => (await cluster.listedAt(url, 'crowd')).length === 5000);
  });

  function tell(what: string, goneMs: number): void {
    process.stderr.write(`A lease of ${TTL_MS} ms, ${what}: gone after ${Math.round(goneMs)} ms\n`);
  }

  async function registered(registryUrl: string, registration: object): Promise<Instance> {
    return (await expectAnswer(`${registryUrl}/register`, 201, json('POST', registration))) as Instance;
  }

  async function drain(registryUrl: string, instance: Instance, waitMs: number): Promise<DrainResponse> {
    const { instance_id: id, epoch } = instance;
    const url = `${registryUrl}/instances/${id}/drain?wait_ms=${waitMs}`;
    return (await expectAnswer(url, 200, json('POST', { epoch }))) as DrainResponse;
  }

  /** Registers an instance that says nothing more, and how long one of both listed it, milliseconds. */
  async function silenceOf(registryUrl: string, service: string) {
    const registration = { service_name: service, url: nextUrl(), ttl_seconds: TTL_MS / 1000 };
    const since = performance.now();
    const { instance_id: id } = await registered(registryUrl, registration);
    let lastSeenMs = 0;
    await eventually(
      async () => {
        const listed = await cluster.listedAt(registryUrl, service);
        const isListed = listed.some(({ instance_id }) => instance_id === id);
        if (isListed) lastSeenMs = performance.now() - since;
        return !isListed;
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
    return { lastSeenMs, goneMs: performance.now() - since };
  }
});
