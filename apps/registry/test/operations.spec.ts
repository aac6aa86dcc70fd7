import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createFakeClock, eventually, startTypeScript } from '@rollcall/testing';
import type { JournalEvent } from '../src/adapters/journal-store/journal-event';
import { createJournalStore } from '../src/adapters/journal-store/journal-store';
import { createMemoryFolder } from './doubles/memory-folder';
import { createRecordingLogger } from './doubles/recording-logger';
import { startRegistry, type RunningRegistry } from './running-registry';

describe('health and metrics', () => {
  it('are where Kubernetes and Prometheus look for them', async () => {
    const registry = await startRegistry();
    await registry.post('/register', { service_name: 'product', url: 'http://product:8081' });
    for (const path of ['/livez', '/readyz', '/startupz', '/health'])
      expect((await registry.get(path)).status).toBe(200);
    const metrics = await registry.metrics();
    expect(metrics).toContain('rollcall_registry_instances{service="registry"} 1');
    expect(metrics).toContain('rollcall_registry_services{service="registry"} 1');
    expect(metrics).toContain('rollcall_registry_revision{service="registry"} 1');
    expect(metrics).toContain(
      'rollcall_registry_instance_changes_total{type="registered",service="registry"} 1',
    );
    expect(metrics).toContain('http_route="/register"');
    await registry.stop();
  });
});

describe('the registry’s metrics', () => {
  let registry: RunningRegistry;
  afterEach(() => registry.stop());

  const product = { service_name: 'product', url: 'http://product:8081' };

  it('are those that docs/metrics.md explains', async () => {
    registry = await startRegistry();
    const document = readFileSync(join(__dirname, '../../../docs/metrics.md'), 'utf8');
    const explained = [...document.matchAll(/^\| `(rollcall_registry_\w+)`/gm)].map(([, name]) => name);
    const there = [...(await registry.metrics()).matchAll(/^# TYPE (rollcall_registry_\w+) /gm)];
    expect(explained.sort()).toEqual(there.map(([, name]) => name).sort());
  });

  it('count instances by status, and say how full the registry is', async () => {
    registry = await startRegistry({ MAX_INSTANCES: '8', MAX_WATCHERS: '4', FAIR_SHARES: 'false' });
    await registry.post('/register', product);
    await registry.post('/register', { ...product, url: 'http://product:8082', status: 'starting' });
    const watch = await registry.watch('services=*');
    const text = await registry.metrics();
    const counted = [...text.matchAll(/^rollcall_registry_instances_by_status\{status="(\w+)".*\} (\d)$/gm)];
    expect(Object.fromEntries(counted.map(([, status, count]) => [status, count]))).toEqual({
      starting: '1',
      up: '1',
      suspect: '0',
      draining: '0',
      out_of_service: '0',
    });
    const usage = (bound: string) =>
      new RegExp(`^rollcall_bound_usage_ratio\\{bound="${bound}".*\\} (.*)$`, 'm').exec(text)?.[1];
    expect([usage('MAX_INSTANCES'), usage('MAX_WATCHERS'), usage('MAX_ROUTES')]).toEqual([
      '0.25',
      '0.25',
      '0',
    ]);
    watch.close();
  });

  it('say why instances were evicted', async () => {
    registry = await startRegistry();
    await registry.post('/register', product);
    await registry.clock.advance(31_000);
    await eventually(async () =>
      /^rollcall_registry_evictions_total\{reason="lease_ended",.*\} 1$/m.test(await registry.metrics()),
    );
  });

  it('say that the disk refuses changes, while the registry goes on being ready', async () => {
    const clock = createFakeClock();
    const folder = createMemoryFolder();
    const events: JournalEvent[] = [];
    const onEvent = (event: JournalEvent): void => void events.push(event);
    const store = createJournalStore({ folder, clock, newId: () => 'catalog', onEvent });
    const { logger, lines } = createRecordingLogger();
    registry = await startRegistry({}, { clock, store, logger });
    const writable = async () =>
      /^rollcall_registry_store_writable\S* (\d)$/m.exec(await registry.metrics())?.[1];
    await registry.post('/register', product);
    expect(await writable()).toBe('1');

    folder.fault = (operation) => (operation === 'append' || operation === 'create' ? 'ENOSPC' : undefined);
    const order = { service_name: 'order', url: 'http://order:8083' };
    const refused = await registry.post('/register', order);
    expect(refused).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await writable()).toBe('0');
    // Nobody is to be sent elsewhere for it: heartbeats and reads go on here.
    expect((await registry.get('/readyz')).status).toBe(200);
    expect((await registry.post('/heartbeat', product)).status).toBe(200);
    expect((await registry.get('/discover/product')).status).toBe(200);

    // Callers and the registry's own loops are refused again and again; the store says so once, and they do not.
    for (let seconds = 0; seconds < 40; seconds += 1) {
      await clock.advance(1000);
      expect((await registry.post('/register', order)).status).toBe(503);
    }
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(['begun', 'write_failed']);

    folder.fault = () => undefined;
    await eventually(async () => {
      await clock.advance(100);
      return (await writable()) === '1';
    });
    expect(events.map(({ type }) => type)).toEqual(['begun', 'write_failed', 'write_recovered']);
    expect((await registry.post('/register', order)).status).toBe(201);
  });
});

describe('the process', () => {
  const main = join(__dirname, '../src/main.ts');

  it('serves until it is told to stop, and then exits with 0', async () => {
    const process = startTypeScript(main, {
      env: { PORT: '0', NODE_ENV: 'production', REGISTRY_AUTH: 'off' },
    });
    const port = await eventually(() => /"event":"listening","port":(\d+)/.exec(process.output())?.[1], {
      timeoutMs: 15_000,
    });
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    const watcher = await fetch(`http://127.0.0.1:${port}/watch?services=*`);
    process.child.kill('SIGTERM');
    expect(await process.exited).toBe(0);
    await watcher.text();
  });

  it('names every fault of its settings and exits with 2', async () => {
    const process = startTypeScript(main, { env: { LEASE_TTL_SECONDS: '1', REGISTRY_STORE: 'stone' } });
    expect(await process.exited).toBe(2);
    expect(process.output()).toContain('LEASE_TTL_SECONDS');
    expect(process.output()).toContain('REGISTRY_STORE');
  });

  it('says which variable to change when its port is taken, and exits with 1', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    const { port } = occupant.address() as AddressInfo;
    const process = startTypeScript(main, { env: { PORT: String(port) } });
    expect(await process.exited).toBe(1);
    expect(process.output()).toContain('PORT');
    await new Promise((resolve) => occupant.close(resolve));
  });
});
