import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { eventually, startTypeScript, type TypeScriptProcess } from '@rollcall/testing';
import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import { join } from 'node:path';
import { sampleProducts } from '../src/domain/sample-products';

const PROCESSES = 10;

describe.each(databaseKinds)('ten products that start at once on $kind that is empty', ({ create }) => {
  let database: TestDatabase;
  let registry: FakeRegistry;
  let processes: readonly TypeScriptProcess[] = [];

  beforeAll(async () => {
    database = await create();
    registry = createFakeRegistry();
    await registry.start();
    const env = {
      PORT: '0',
      ...database.settings,
      REGISTRY_URL: registry.url,
      DRAIN_LINGER_MS: '0',
      NODE_ENV: 'test',
      SAMPLE_DATA: 'on',
    };
    processes = Array.from({ length: PROCESSES }, () =>
      startTypeScript(join(__dirname, '../src/main.ts'), { env }),
    );
    await eventually(() => registry.instances('product').length === PROCESSES, { timeoutMs: 60_000 });
  });

  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGKILL');
    await Promise.all(processes.map(({ exited }) => exited));
    await registry.stop();
    await database.drop();
  });

  const urls = () => registry.instances('product').map(({ url }) => url);

  it('all have the same sample products', async () => {
    for (const url of urls()) {
      const { items } = (await (await fetch(`${url}/products`)).json()) as { items: { id: string }[] };
      expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(sampleProducts.map(({ id }) => id)));
    }
  });

  it('add one product for duplicates that reach each of them, and all list it', async () => {
    const bodies = await Promise.all(
      urls().map(async (url) => {
        const response = await fetch(`${url}/products`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': 'one-for-all' },
          body: JSON.stringify({ name: 'Cup', price_cents: 890, currency: 'EUR' }),
        });
        return (await response.json()) as { id: string };
      }),
    );

    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
    for (const url of urls()) {
      const { items } = (await (await fetch(`${url}/products`)).json()) as { items: unknown[] };
      expect(items).toHaveLength(sampleProducts.length + 1);
    }
  });

  it('all stop when they are told to, and none is left on the list', async () => {
    for (const { child } of processes) child.kill('SIGTERM');

    expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual(processes.map(() => 0));
    expect(registry.instances('product')).toEqual([]);
  });
});
