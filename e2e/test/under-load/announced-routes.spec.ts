import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegisterResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { localUrl } from '../../src/app-process';
import { startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, json, request } from '../../src/expect-answer';

const ROUTES_AN_INSTANCE = 64;
const CHANGES = 40;
/** Of CPU time, for all of the changes. Tables that were made anew took more than this for each of them. */
const MOST_CPU_SECONDS = 15;

/** What one service may announce, and how many instances announce 64 routes each. */
const ATTACKS = [
  { instances: 60, perService: 256 },
  { instances: 240, perService: 256 },
  // Nothing is refused: the gateway has them all.
  { instances: 60, perService: 60 * ROUTES_AN_INSTANCE },
] as const;

describe.each(ATTACKS)(
  'one path, announced for many hosts by $instances instances of a service that may hold $perService',
  ({ instances, perService }) => {
    let cluster: Cluster;
    let server: Server;

    beforeAll(async () => {
      cluster = await startCluster({
        registry: { MAX_ROUTES_PER_SERVICE: String(perService) },
        gateway: { LOG_LEVEL: 'error' },
      });
      server = createServer((_req, res) => res.end('served')).listen(0, '127.0.0.1');
      await eventually(() => server.listening);
      await register('victim', 'v-1', [{ path_prefix: '/victim' }]);
      await eventually(async () => (await ask()) === 'served');
    });
    afterAll(async () => {
      server.close().closeAllConnections();
      await cluster.stop();
    });

    async function register(
      service: string,
      id: string,
      routes: readonly object[],
    ): Promise<RegisterResponse> {
      // Nothing else was asked for than a port.
      const url = localUrl((server.address() as AddressInfo).port);
      return (await expectAnswer(
        `${cluster.registryUrl}/register`,
        201,
        json('POST', { service_name: service, instance_id: id, url, routes, ttl_seconds: 86_400 }),
      )) as RegisterResponse;
    }

    const attack = (at: number) =>
      register(
        'greedy',
        `g-${at}`,
        Array.from({ length: ROUTES_AN_INSTANCE }, (_, n) => ({
          path_prefix: '/shared',
          host: `h-${at}-${n}.example`,
        })),
      );

    const ask = async (): Promise<string> => {
      const { status, text } = await request(`${cluster.gatewayUrl}/victim`);
      return status === 200 ? text : String(status);
    };

    async function cpuSeconds(): Promise<number> {
      const { text } = await request(`${cluster.adminUrl}/metrics`);
      return Number(/^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1]);
    }

    it('leaves the gateway free for others, and what is refused is counted', async () => {
      const answers = new Set<string>();
      let attacking = true;
      let asked = 0;
      const others = (async () => {
        while (attacking) {
          answers.add(await ask());
          asked += 1;
        }
      })();

      let refused = 0;
      for (let at = 0; at < instances; at += 1) refused += (await attack(at)).refused_routes?.length ?? 0;
      expect(refused).toBe(Math.max(0, instances * ROUTES_AN_INSTANCE - perService));

      const before = await cpuSeconds();
      for (let at = 0; at < CHANGES; at += 1) {
        const id = `c-${at}`;
        await register('changing', id, [{ path_prefix: `/changing-${at}` }]);
        await expectAnswer(`${cluster.registryUrl}/deregister`, 204, json('POST', { instance_id: id }));
      }
      await register('changing', 'last', [{ path_prefix: '/last' }]);
      await eventually(async () => (await request(`${cluster.gatewayUrl}/last`)).status === 200);
      expect((await cpuSeconds()) - before).toBeLessThan(MOST_CPU_SECONDS);

      attacking = false;
      await others;
      expect([...answers]).toEqual(['served']);
      expect(asked).toBeGreaterThan(0);

      const { text } = await request(`${cluster.registryUrl}/metrics`);
      const counted = /^rollcall_registry_instance_changes_total\{.*type="route_refused".*\} (\d+)$/m.exec(
        text,
      );
      expect(Number(counted?.[1] ?? 0)).toBe(refused);
    });
  },
);
