import { setTimeout as wait } from 'node:timers/promises';
import type { EventsResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { startComputingService, type ComputingService } from '../src/computing-service';
import { expectAnswer } from '../src/expect-answer';
import { startSubscriber, type Subscriber } from '../src/subscriber';

const STANDSTILL_MS = 20_000;

let cluster: Cluster;
let started: { end(): Promise<unknown> }[];

beforeEach(async () => {
  started = [];
  cluster = await startCluster();
});

afterEach(async () => {
  await Promise.all(started.map((process) => process.end()));
  await cluster.stop();
});

function threeSubscribers(serviceName: string): readonly Subscriber[] {
  const subscribers = [1, 2, 3].map(() => startSubscriber(cluster.registryUrl, serviceName));
  started.push(...subscribers);
  return subscribers;
}

async function computingService(serviceName: string, stallLimitMs: number): Promise<ComputingService> {
  const service = await startComputingService({
    registryUrl: cluster.registryUrl,
    serviceName,
    stallLimitMs,
  });
  started.push(service);
  return service;
}

const reasons = async (serviceName: string): Promise<readonly string[]> => {
  const answer = await expectAnswer(`${cluster.registryUrl}/events?service=${serviceName}`, 200);
  return (answer as EventsResponse).events.map(({ reason }) => reason);
};

test('who stands still for 20 seconds stays, as the same life: a stopped process, and a main thread that computes', async () => {
  const [stopped, computing] = await Promise.all([
    cluster.add('product'),
    computingService('computing', 60_000),
  ]);
  const of = { product: threeSubscribers('product'), computing: threeSubscribers('computing') };
  const isKnown = async () => {
    await Promise.all(of.product.map((subscriber) => subscriber.knows([stopped.url])));
    await Promise.all(of.computing.map((subscriber) => subscriber.knows([computing.url])));
  };
  await isKnown();
  const epochs = async () =>
    (await Promise.all(['product', 'computing'].map((name) => cluster.discover(name)))).map(
      ([instance]) => instance?.epoch,
    );
  const before = await epochs();

  process.kill(stopped.pid, 'SIGSTOP');
  const computed = computing.compute(STANDSTILL_MS);
  // Three leases of the one, two thirds of the other's: how long it is, is what the spec is about.
  await wait(STANDSTILL_MS);
  await isKnown();
  process.kill(stopped.pid, 'SIGCONT');
  await computed;

  // It has been heard from since, and is who it was.
  await eventually(
    async () => {
      const [now] = await cluster.discover('product');
      return (now?.last_heartbeat ?? 0) * 1000 > Date.now() - 10_000;
    },
    { timeoutMs: 20_000 },
  );
  expect(await epochs()).toEqual(before);
  expect(await reasons('product')).toEqual(['registered as up']);
  expect(await reasons('computing')).toEqual(['registered as up']);
});

test('a main thread that is wedged for longer than it may be is out, and is back when it goes on', async () => {
  const [well, wedged] = await Promise.all([
    computingService('computing', 60_000),
    computingService('computing', 1000),
  ]);
  const subscribers = threeSubscribers('computing');
  await Promise.all(subscribers.map((subscriber) => subscriber.knows([well.url, wedged.url])));

  const computed = wedged.compute(25_000);
  // No traffic as soon as its session ends, and off the list with its lease: its port still takes connections.
  await eventually(async () => (await cluster.discover('computing')).length === 1, { timeoutMs: 15_000 });
  await Promise.all(subscribers.map((subscriber) => subscriber.knows([well.url])));
  expect(await reasons('computing')).toEqual(
    expect.arrayContaining(['up → suspect: session_lost', 'lease_ended']),
  );

  await computed;
  await Promise.all(subscribers.map((subscriber) => subscriber.knows([well.url, wedged.url])));
  expect(wedged.output()).toContain('"stalled"');
});

test('SIGTERM of a process is a drain that every subscriber acknowledges, and is over before the linger', async () => {
  // So long that whoever lingers cannot be taken for somebody who only took his time.
  const process = await cluster.add('product', { DRAIN_LINGER_MS: '600000' });
  const subscribers = threeSubscribers('product');
  await Promise.all(subscribers.map((subscriber) => subscriber.knows([process.url])));

  expect(await process.end('SIGTERM')).toBe(0);

  expect(process.output()).toContain('every caller has confirmed');
  expect((await reasons('product')).slice(-2)).toEqual(['up → draining: drain', 'deregistered']);
});
