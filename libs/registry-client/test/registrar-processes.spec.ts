import { join } from 'node:path';
import { eventually, startTypeScript, type TypeScriptProcess } from '@rollcall/testing';
import type { FakeRegistry } from '../src/testing';
import { createRegistrarScene } from './registrar-scene';

const { startRegistry, onCleanup, cleanUp } = createRegistrarScene();

afterEach(cleanUp);

/** Processes start from source, on a machine that may be busy. */
const STARTED = { timeoutMs: 15_000 };

async function startRegistered(registry: FakeRegistry, stallLimitMs = 60_000): Promise<TypeScriptProcess> {
  const service = startTypeScript(join(__dirname, 'processes/registered-process.ts'), {
    args: [registry.url, String(stallLimitMs)],
  });
  onCleanup(async () => {
    service.child.kill('SIGKILL');
    await service.exited;
  });
  await eventually(() => registry.openSessions === 1, STARTED);
  return service;
}

function block(registry: FakeRegistry, ms: number): Promise<unknown> {
  const [instance] = registry.instances('product');
  return fetch(`${instance?.url ?? ''}/?ms=${ms}`);
}

describe('a registered process', () => {
  it('that is killed is noticed by the end of its session, at once', async () => {
    const registry = await startRegistry();
    const service = await startRegistered(registry);

    const killedAt = performance.now();
    service.child.kill('SIGKILL');
    await eventually(() => registry.instances()[0]?.status === 'suspect');

    expect(performance.now() - killedAt).toBeLessThan(1000);
    expect(registry.openSessions).toBe(0);
  });

  it('whose main thread computes keeps its session, and its heartbeats come in time', async () => {
    const registry = await startRegistry({ heartbeatIntervalSeconds: 0.5 });
    const service = await startRegistered(registry);

    const began = performance.now();
    await block(registry, 7000);

    const beats = registry.calls('/heartbeat').filter(({ at }) => at > began);
    expect(beats.length).toBeGreaterThan(7);
    expect(service.output()).not.toContain('session_lost');
    expect(registry.instances()).toMatchObject([{ status: 'up' }]);
    expect(registry.calls('/register')).toHaveLength(1);
  }, 40_000);

  it('whose main thread stands still for longer than allowed is noticed, and is back when it goes on', async () => {
    const registry = await startRegistry({ heartbeatIntervalSeconds: 0.2 });
    const service = await startRegistered(registry, 500);

    const blocked = block(registry, 4000);
    await eventually(() => registry.instances()[0]?.status === 'suspect');
    const beats = registry.calls('/heartbeat').length;
    await blocked;
    expect(registry.calls('/heartbeat').length).toBeLessThanOrEqual(beats + 1);

    await eventually(() => registry.openSessions === 1 && registry.instances()[0]?.status === 'up');
    await eventually(() => service.output().includes('"stalled"'));
  }, 40_000);

  it('ends by itself once it has departed, and only then', async () => {
    const registry = await startRegistry();
    const service = await startRegistered(registry);

    service.child.kill('SIGTERM');

    expect(await service.exited).toBe(0);
    expect(registry.instances()).toEqual([]);
    expect(service.output()).toMatch(/"drained".*"deregistered".*"stopped"/s);
  }, 30_000);
});
