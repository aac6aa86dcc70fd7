import { eventually } from '@rollcall/testing';
import { freePort, type AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { json, request } from '../src/expect-answer';
import { espressoCup, orderOf } from '../src/shop';

/** Settings are written as people set them. */
const FIELD = /^(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)*|[A-Z][A-Z0-9_]*)$/;

/** One JSON object a line, and with all that there is to say. */
const SETTINGS = { NODE_ENV: 'production', LOG_LEVEL: 'debug', ALLOWED_CIDRS: '127.0.0.0/8' };

/** Every name in an entry, those within its fields too. */
function namesIn(value: unknown): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

const entriesOf = (process: AppProcess) =>
  process
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ registry: SETTINGS, gateway: SETTINGS });
  });
  afterAll(() => cluster.stop());

  test('has fields in snake_case, whatever happens in any app', async () => {
    const product = await cluster.add('product', { ...SETTINGS, SAMPLE_DATA: 'on' });
    const order = await cluster.add('order', SETTINGS);
    const hello = await cluster.add('hello', SETTINGS);
    const lonely = await cluster.launch('hello', {
      ...SETTINGS,
      REGISTRY_URL: `http://127.0.0.1:${await freePort()}`,
    });
    const firstRegistry = cluster.registry();
    const happened = (process: AppProcess, event: string) =>
      eventually(() => entriesOf(process).some((entry) => entry['event'] === event), { timeoutMs: 15_000 });

    await eventually(
      async () =>
        (await request(`${cluster.gatewayUrl}/orders`, json('POST', orderOf(espressoCup.id)))).status === 201,
      { timeoutMs: 15_000 },
    );
    await request(`${cluster.gatewayUrl}/nowhere`);
    await request(`${cluster.registryUrl}/register`, json('POST', { service_name: '' }));
    await product.end('SIGKILL');
    await request(`${cluster.gatewayUrl}/products`, { signal: AbortSignal.timeout(1000) }).catch(
      () => undefined,
    );
    await happened(lonely, 'registrar_registry_unavailable');
    await firstRegistry.end('SIGKILL');
    await happened(cluster.gateway(), 'registry_disconnected');
    const secondRegistry = await cluster.restartRegistry();
    await happened(order, 'resolver_connected');
    await hello.end('SIGTERM');

    for (const process of [firstRegistry, secondRegistry, cluster.gateway(), product, order, hello, lonely]) {
      const entries = entriesOf(process);
      expect(entries.length).toBeGreaterThan(2);
      expect([...new Set(entries.flatMap(namesIn))].filter((name) => !FIELD.test(name))).toEqual([]);
    }
  });
});
