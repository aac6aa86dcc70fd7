import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, startTypeScript } from '@rollcall/testing';
import { startRegistry } from './running-registry';

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
  }, 30_000);

  it('names every fault of its settings and exits with 2', async () => {
    const process = startTypeScript(main, { env: { LEASE_TTL_SECONDS: '1', REGISTRY_STORE: 'stone' } });
    expect(await process.exited).toBe(2);
    expect(process.output()).toContain('LEASE_TTL_SECONDS');
    expect(process.output()).toContain('REGISTRY_STORE');
  }, 30_000);

  it('says which variable to change when its port is taken, and exits with 1', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    const { port } = occupant.address() as AddressInfo;
    const process = startTypeScript(main, { env: { PORT: String(port) } });
    expect(await process.exited).toBe(1);
    expect(process.output()).toContain('PORT');
    await new Promise((resolve) => occupant.close(resolve));
  }, 30_000);
});
