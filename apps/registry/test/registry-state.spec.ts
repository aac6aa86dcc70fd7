import { randomUUID } from 'node:crypto';
import { stat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createMemoryStore } from '../src/adapters/memory-store';
import type { CatalogStore } from '../src/ports/catalog-store';
import { openSession } from './doubles/open-session';
import { temporaryFolders } from './doubles/temporary-folders';
import { startRegistry, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

const START = 1_700_000_000;
const temporary = temporaryFolders();
const product = (port: number, more = {}) => ({
  service_name: 'product',
  url: `http://10.0.0.1:${port}`,
  instance_id: `p-${port}`,
  ...more,
});

let registry: RunningRegistry;
const streams: SseStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await registry.stop();
});

const state = async (): Promise<RegistryResponse> => (await registry.get<RegistryResponse>('/registry')).body;
const boundsOf = async (...names: readonly string[]) => {
  const { bounds } = await state();
  return names.map((name) => bounds[name]);
};
const watch = async (query: string): Promise<SseStream> => {
  const stream = await registry.watch(query);
  streams.push(stream);
  await stream.take(1);
  return stream;
};

describe('the state of a registry', () => {
  it('says which one it is, since when it runs, and what a lease is', async () => {
    registry = await startRegistry({ LEASE_TTL_SECONDS: '60', HEARTBEAT_INTERVAL_SECONDS: '20' });
    await registry.post('/register', product(1));
    await registry.clock.advance(12_345);
    const { catalog_id, version, ...rest } = await state();
    expect(catalog_id).toBe((await registry.get<{ catalog_id: string }>('/services')).body.catalog_id);
    expect(version).toBe(
      (await registry.get<{ info: { version: string } }>('/openapi.json')).body.info.version,
    );
    expect(rest).toMatchObject({
      node: process.version,
      started_at: START,
      uptime_seconds: 12,
      revision: 1,
      warming: true,
      lease: { ttl_seconds: 60, heartbeat_interval_seconds: 20 },
      sessions: 0,
      guards: [],
    });
    await registry.clock.advance(60_000);
    expect(await state()).toMatchObject({ warming: false, uptime_seconds: 72 });
  });

  it('has every bound, and how much of it is taken', async () => {
    registry = await startRegistry({
      MAX_INSTANCES: '11',
      MAX_SERVICES: '7',
      MAX_ROUTES: '100',
      MAX_ROUTES_PER_SERVICE: '50',
      MAX_WATCHERS: '5',
      MAX_WATCHED_NAMES: '20',
      MAX_CONNECTIONS: '50',
    });
    await registry.post('/register', product(1, { routes: [{ path_prefix: '/a' }, { path_prefix: '/b' }] }));
    await registry.post('/register', product(2));
    await registry.post('/register', { service_name: 'order', url: 'http://o' });
    await watch('services=product,order');
    await watch('services=*');
    expect(
      await boundsOf('MAX_INSTANCES', 'MAX_SERVICES', 'MAX_ROUTES', 'MAX_WATCHERS', 'MAX_WATCHED_NAMES'),
    ).toEqual([
      { used: 3, limit: 11 },
      { used: 2, limit: 7 },
      { used: 2, limit: 100 },
      { used: 2, limit: 5 },
      { used: 3, limit: 20 },
    ]);
    const [connections, unread, changes, bytes, events] = await boundsOf(
      'MAX_CONNECTIONS',
      'MAX_UNREAD_BYTES',
      'change_log_entries',
      'change_log_bytes',
      'events',
    );
    expect(connections?.limit).toBe(50);
    expect(connections?.used).toBeGreaterThanOrEqual(3);
    expect(unread?.used).toBeLessThan(unread?.limit ?? 0);
    expect(changes).toEqual({ used: 3, limit: 10_000 });
    expect(bytes?.used).toBeGreaterThan(300);
    expect(events).toEqual({ used: 3, limit: 20_000 });

    for (const stream of streams.splice(0)) stream.close();
    await registry.post('/deregister', { instance_id: 'p-1' });
    await eventually(async () => (await boundsOf('MAX_WATCHERS'))[0]?.used === 0);
    expect(await boundsOf('MAX_INSTANCES', 'MAX_WATCHED_NAMES')).toMatchObject([{ used: 2 }, { used: 0 }]);
  });

  it('counts sessions, watchers, and whom drains wait for', async () => {
    registry = await startRegistry();
    const { body } = await registry.post<{ instance_id: string; epoch: number }>('/register', product(1));
    const session = await openSession(registry, body);
    await watch('services=*');
    const subscriber = randomUUID();
    await watch(`services=*&subscriber=${subscriber}`);
    const second = await watch(`services=product&subscriber=${subscriber}`);
    expect(await state()).toMatchObject({ sessions: 1, watchers: { open: 3, subscribers: 1, cut_off: 0 } });
    session.close();
    second.close();
    await eventually(async () => (await state()).sessions === 0);
    await eventually(async () => (await state()).watchers.open === 2);
    streams.at(1)?.close();
    await eventually(async () => (await state()).watchers.open === 1);
    expect((await state()).watchers.subscribers).toBe(1);
    await registry.clock.advance(5000);
    expect((await state()).watchers.subscribers).toBe(0);
  });

  it('tells how long the latest change took to the last watcher, the store included', async () => {
    const memory = createMemoryStore();
    const slow: CatalogStore = {
      ...memory,
      async commit(change) {
        registry.clock.stall(change.serviceName === 'slow' ? 40 : 0);
        return await memory.commit(change);
      },
    };
    registry = await startRegistry({}, { store: slow });
    expect((await state()).watchers.last_change).toBeNull();
    await registry.post('/register', product(1));
    expect((await state()).watchers.last_change).toEqual({ revision: 1, at: START, took_ms: 0 });
    await registry.post('/register', { service_name: 'slow', url: 'http://slow' });
    expect((await state()).watchers.last_change).toEqual({ revision: 2, at: START, took_ms: 40 });
    await registry.post('/heartbeat', { instance_id: 'p-1' });
    expect((await state()).watchers.last_change).toMatchObject({ revision: 2 });
  });

  it('names the services whose instances the guard holds', async () => {
    registry = await startRegistry({}, { prober: { probe: () => Promise.resolve('unreachable') } });
    for (const port of [1, 2, 3]) await registry.post('/register', product(port));
    await registry.clock.advance(30_000);
    expect((await state()).guards).toEqual([
      { service_name: 'product', since: START + 30, until: START + 90, held: 3 },
    ]);
    await registry.post('/services/product/guard/release', {});
    expect((await state()).guards).toEqual([]);
  });
});

describe('the store in the state of a registry', () => {
  it('is memory without a folder', async () => {
    registry = await startRegistry();
    expect((await state()).store).toEqual({
      kind: 'memory',
      writable: true,
      journal_bytes: 0,
      snapshot_bytes: 0,
      snapshot_due_bytes: 0,
    });
  });

  it('is as long as the journals in its folder are, before and after a restart', async () => {
    const dataDir = await temporary();
    const bytesOf = async (): Promise<number> => {
      const folder = join(dataDir, 'registry');
      const names = (await readdir(folder)).filter((name) => name.startsWith('journal'));
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    registry = await startRegistry({ DATA_DIR: dataDir });
    const empty = await bytesOf();
    expect((await state()).store).toMatchObject({ kind: 'journal', writable: true, journal_bytes: empty });
    await registry.post('/register', product(1));
    const { journal_bytes, snapshot_due_bytes } = (await state()).store;
    expect(journal_bytes).toBe(await bytesOf());
    expect(journal_bytes).toBeGreaterThan(empty);
    expect(snapshot_due_bytes).toBe(8 * 1024 * 1024);

    await registry.stop();
    registry = await startRegistry({ DATA_DIR: dataDir }, { clock: registry.clock });
    expect((await state()).store.journal_bytes).toBe(await bytesOf());
    expect((await state()).watchers.last_change).toBeNull();
  });
});
