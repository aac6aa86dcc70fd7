import type { ServicesResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import type { AppProcess } from '../src/app-process';
import { PATIENT, startCluster, type Cluster } from '../src/cluster';
import { expectAnswer } from '../src/expect-answer';
import { writtenProducts } from '../src/product-writes';
import { postProduct } from '../src/shop';

/** Quoted: the folder of a clone may have a space in its name. */
const STALL = `-r ${JSON.stringify(require.resolve('../src/stall-after-ack.js'))}`;
const AT_ONCE = 40;

describe('a gateway that stands still around its acknowledgement of a drain', () => {
  let cluster: Cluster;

  beforeEach(async () => {
    cluster = await startCluster({ gateway: { ...PATIENT, NODE_OPTIONS: STALL } });
  });
  afterEach(() => cluster.stop());

  const postMany = (what: string) =>
    Array.from({ length: AT_ONCE }, (_, number) =>
      postProduct(cluster.gatewayUrl, `product ${what} ${number}`),
    );

  async function isDraining({ url }: AppProcess): Promise<boolean> {
    const { services } = (await expectAnswer(`${cluster.registryUrl}/services`, 200)) as ServicesResponse;
    return services['product']?.some((one) => one.url === url && one.status === 'draining') ?? false;
  }

  /**
   * The gateway finds the drain together with requests, and picks that very product for some of them just before.
   *
   * @returns what was wrong with those that failed
   */
  async function terminateWhileFrozen(product: AppProcess): Promise<readonly string[]> {
    const gateway = cluster.gateway().pid;
    process.kill(gateway, 'SIGSTOP');
    const posts = Promise.allSettled(postMany(`while ${product.url} drains`));
    const ended = product.end('SIGTERM');
    try {
      await eventually(() => isDraining(product), { timeoutMs: 30_000, everyMs: 20 });
    } finally {
      process.kill(gateway, 'SIGCONT');
    }
    expect(await ended).toBe(0);
    return (await posts).flatMap((post) => (post.status === 'rejected' ? [String(post.reason)] : []));
  }

  test('has sent by then what it had picked the instance for: no POST fails, none counts twice', async () => {
    const [stays, ...leave] = await Promise.all(Array.from({ length: 5 }, () => cluster.add('product')));
    for (const product of leave) {
      // So that it has connections to each that are idle.
      await Promise.all(postMany(`before ${product.url} drains`));
      expect(await terminateWhileFrozen(product)).toEqual([]);
    }

    expect(stays?.isRunning()).toBe(true);
    const stalls = cluster.gateway().output().split('stalled after an acknowledgement').length - 1;
    expect(stalls).toBeGreaterThanOrEqual(leave.length);
    const made = await writtenProducts(cluster.gatewayUrl);
    expect(new Set(made).size).toBe(made.length);
    expect(made).toHaveLength(2 * AT_ONCE * leave.length);
  });
});
