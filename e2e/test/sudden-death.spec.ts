import { eventually, timeScale } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { vouchedFor } from '../src/explained';
import { startSubscriber, type Subscriber } from '../src/subscriber';

const DEATHS = 5;

/** Two seconds, on a core as fast as `timeScale` measures from: it doubles for what the suite itself takes. */
const PROMISED_MS = 2000 * Math.max(1, timeScale / 2);

describe('a process that dies without a word', () => {
  let cluster: Cluster;
  let subscribers: readonly Subscriber[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
    subscribers = [1, 2, 3].map(() => startSubscriber(cluster.registryUrl, 'product'));
  });

  afterAll(async () => {
    await Promise.all(subscribers.map((subscriber) => subscriber.end()));
    await cluster.stop();
  });

  /** Until its session stands, a moment after its registration, only its lease tells of a death. */
  const isVouchedFor = (url: string) =>
    eventually(async () => (await vouchedFor(cluster.registryUrl, 'product')).includes(url));

  it('is out of three other processes within two seconds, each time', async () => {
    const staying = await cluster.add('product');
    for (let death = 0; death < DEATHS; death += 1) {
      const doomed = await cluster.add('product');
      await Promise.all(subscribers.map((subscriber) => subscriber.knows([staying.url, doomed.url])));
      await isVouchedFor(doomed.url);

      const killedAt = Date.now();
      await doomed.end('SIGKILL');
      const learned = await Promise.all(subscribers.map((subscriber) => subscriber.knows([staying.url])));

      expect(Math.max(...learned.map(({ at }) => at)) - killedAt).toBeLessThan(PROMISED_MS);
    }
  });
});
