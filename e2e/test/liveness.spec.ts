import { setTimeout as wait } from 'node:timers/promises';
import type { EventsResponse } from '@rollcall/contracts';
import { createResolver, type Resolver } from '@rollcall/registry-client';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer } from '../src/expect-answer';

const FREEZE_MS = 20_000;

let cluster: Cluster;
let subscribers: readonly Resolver[];

beforeEach(async () => {
  cluster = await startCluster();
  subscribers = (['*', ['product'], ['product', 'order']] as const).map((services) =>
    createResolver({ registryUrls: [cluster.registryUrl], services }),
  );
  await Promise.all(subscribers.map((subscriber) => subscriber.start()));
}, 60_000);

afterEach(async () => {
  await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
  await cluster.stop();
});

/** Addresses of every instance of product that a subscriber knows, whatever its status. */
function known(subscriber: Resolver): readonly string[] {
  const result = subscriber.current('product');
  return 'snapshot' in result ? result.snapshot.instances.map(({ url }) => url) : [];
}

const reasons = async (): Promise<readonly string[]> => {
  const answer = await expectAnswer(`${cluster.registryUrl}/events?service=product`, 200);
  return (answer as EventsResponse).events.map(({ reason }) => reason);
};

test('a process that stands still for 20 seconds stays, as the same life', async () => {
  const process = await cluster.add('product');
  await eventually(() => subscribers.every((subscriber) => known(subscriber).length === 1));
  const [before] = await cluster.discover('product');

  globalThis.process.kill(process.pid, 'SIGSTOP');
  await wait(FREEZE_MS);
  expect(subscribers.map(known)).toEqual(subscribers.map(() => [process.url]));
  globalThis.process.kill(process.pid, 'SIGCONT');

  // It has been heard from since, and is who it was.
  await eventually(
    async () => {
      const [now] = await cluster.discover('product');
      return (now?.last_heartbeat ?? 0) * 1000 > Date.now() - 10_000;
    },
    { timeoutMs: 20_000 },
  );
  expect(await cluster.discover('product')).toMatchObject([{ epoch: before?.epoch, status: 'up' }]);
  expect(await reasons()).toEqual(['registered as up']);
}, 90_000);

test('SIGTERM of a process is a drain that every subscriber acknowledges, and is over before the linger', async () => {
  const process = await cluster.add('product');
  await eventually(() => subscribers.every((subscriber) => known(subscriber).length === 1));

  const since = performance.now();
  expect(await process.end('SIGTERM')).toBe(0);

  expect(performance.now() - since).toBeLessThan(5000);
  expect(process.output()).toContain('every caller has confirmed');
  expect((await reasons()).slice(-2)).toEqual(['up → draining: drain', 'deregistered']);
}, 60_000);
