import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { eventually, startTypeScript, type TypeScriptProcess } from '@rollcall/testing';
import { createPostgresServer, type PostgresServer } from '@rollcall/testing/databases';
import { join } from 'node:path';

const slow = { timeoutMs: 30_000 };

describe('product, whose PostgreSQL comes and goes', () => {
  let server: PostgresServer;
  let registry: FakeRegistry;
  let product: TypeScriptProcess;

  beforeEach(async () => {
    server = await createPostgresServer();
    registry = createFakeRegistry();
    await registry.start();
  });

  afterEach(async () => {
    product.child.kill('SIGKILL');
    await product.exited;
    await registry.stop();
    await server.discard();
  });

  /** Resolves with its address once it listens. */
  async function start(databaseUrl: string): Promise<string> {
    const env = {
      PORT: '0',
      DATABASE_URL: databaseUrl,
      REGISTRY_URL: registry.url,
      DRAIN_LINGER_MS: '0',
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
      SAMPLE_DATA: 'on',
    };
    product = startTypeScript(join(__dirname, '../src/main.ts'), { env });
    const port = await eventually(() => /"event":"listening","port":(\d+)/.exec(product.output())?.[1], slow);
    return `http://127.0.0.1:${port}`;
  }

  async function expectAway(url: string, code: string): Promise<void> {
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('[-]database')]);
    const body = JSON.stringify({ name: 'Cup', price_cents: 890, currency: 'EUR' });
    const headers = { 'content-type': 'application/json' };
    for (const init of [{}, { method: 'POST', headers, body }]) {
      const refused = await fetch(`${url}/products`, init);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await refused.json()).toMatchObject({ code });
    }
  }

  const isReady = async (url: string) => (await fetch(`${url}/readyz`)).status === 200;
  const listed = async (url: string) =>
    ((await (await fetch(`${url}/products`)).json()) as { items: unknown[] }).items;

  it('waits for it at start, follows it from then on, and stops in order', async () => {
    const url = await start(server.url);
    await expectAway(url, 'SERVICE_STARTING');
    await eventually(() => product.output().includes('"event":"database_waiting"'));
    expect(registry.calls('/register')).toEqual([]);

    await server.start();
    await eventually(() => isReady(url), slow);
    await eventually(() => registry.instances('product').length === 1, slow);
    expect(await listed(url)).toHaveLength(5);

    await server.stop();
    await expectAway(url, 'DATABASE_UNAVAILABLE');
    expect(product.output()).toContain('"event":"database_connection_lost"');
    expect(registry.instances('product')).toHaveLength(1);

    await server.start();
    await eventually(() => isReady(url), slow);
    expect(await listed(url)).toHaveLength(5);

    product.child.kill('SIGTERM');
    expect(await product.exited).toBe(0);
    expect(product.output()).not.toContain(new URL(server.url).password);
  });

  it('stops in order while it still waits', async () => {
    await start(server.url);

    product.child.kill('SIGTERM');

    expect(await product.exited).toBe(0);
    expect(product.output()).not.toContain('start_failed');
  });

  it('does not wait where waiting would not help: it says which setting is wrong, and no password', async () => {
    await server.start();
    const wrong = new URL(server.url);
    wrong.password = 'hunter2';

    await start(wrong.href);

    expect(await product.exited).toBe(1);
    expect(product.output()).toContain('Set DATABASE_URL');
    expect(product.output()).not.toContain('hunter2');
  });
});
