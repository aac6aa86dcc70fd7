import { join } from 'node:path';
import { eventually, startTypeScript, type TypeScriptProcess, timeScale } from '@rollcall/testing';
import type { FakeRegistry } from '../src/testing';
import { createRegistrarScene } from './registrar-scene';

const { startRegistry, onCleanup, cleanUp } = createRegistrarScene();

afterEach(cleanUp);

/** Node's permission model, under which worker threads have to be allowed. */
const permissionFlag = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
/** Processes start from source, on a machine that may be busy. */
const STARTED = { timeoutMs: 15_000 };

async function startRegistered(
  registry: FakeRegistry,
  {
    stallLimitMs = 60_000,
    stillbornThreads = 0,
    nodeArgs = [],
  }: { stallLimitMs?: number; stillbornThreads?: number; nodeArgs?: readonly string[] } = {},
): Promise<TypeScriptProcess> {
  const service = startTypeScript(join(__dirname, 'processes/registered-process.ts'), {
    args: [registry.url, String(stallLimitMs), String(stillbornThreads)],
    nodeArgs,
  });
  onCleanup(async () => {
    service.child.kill('SIGKILL');
    await service.exited;
  });
  await eventually(() => registry.openSessions === 1, STARTED);
  return service;
}

async function crashThread(registry: FakeRegistry): Promise<void> {
  const [instance] = registry.instances('product');
  await fetch(`${instance?.url ?? ''}/crash`);
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

    expect(performance.now() - killedAt).toBeLessThan(1000 * timeScale);
    expect(registry.openSessions).toBe(0);
  });

  it(
    'whose main thread computes keeps its session, and its heartbeats come in time',
    async () => {
      const registry = await startRegistry({ heartbeatIntervalSeconds: 0.5 });
      const service = await startRegistered(registry);

      const began = performance.now();
      await block(registry, 7000);

      const beats = registry.calls('/heartbeat').filter(({ at }) => at > began);
      expect(beats.length).toBeGreaterThan(7);
      expect(service.output()).not.toContain('session_lost');
      expect(registry.instances()).toMatchObject([{ status: 'up' }]);
      expect(registry.calls('/register')).toHaveLength(1);
    },
    40_000 * timeScale,
  );

  it(
    'whose main thread stands still for longer than allowed is noticed, and is back when it goes on',
    async () => {
      const registry = await startRegistry({ heartbeatIntervalSeconds: 0.2 });
      // A start on a busy machine is a standstill of its own.
      const service = await startRegistered(registry, { stallLimitMs: 500 * timeScale });
      const began = performance.now();
      const blockedMs = 4000 * timeScale;

      const blocked = block(registry, blockedMs);
      await eventually(() => registry.instances()[0]?.status === 'suspect');
      const beats = registry.calls('/heartbeat').length;
      await blocked;
      // It cannot have gone on earlier than this.
      const during = registry.calls('/heartbeat').filter(({ at }) => at < began + blockedMs);
      expect(during.length).toBeLessThanOrEqual(beats + 1);

      await eventually(() => registry.openSessions === 1 && registry.instances()[0]?.status === 'up');
      await eventually(() => service.output().includes('"stalled"'));
    },
    40_000 * timeScale,
  );

  it(
    'ends by itself once it has departed, and only then',
    async () => {
      const registry = await startRegistry();
      const service = await startRegistered(registry);

      service.child.kill('SIGTERM');

      expect(await service.exited).toBe(0);
      expect(registry.instances()).toEqual([]);
      expect(service.output()).toMatch(/"drained".*"deregistered".*"stopped"/s);
    },
    30_000 * timeScale,
  );

  it(
    'whose thread of heartbeats dies has another, which goes on under the same id',
    async () => {
      const registry = await startRegistry();
      const service = await startRegistered(registry);
      const [{ instance_id: id } = { instance_id: '' }] = registry.instances('product');

      await crashThread(registry);
      await eventually(() => service.output().includes('"thread_failed"'), STARTED);

      await eventually(() => registry.openSessions === 1, STARTED);
      expect(registry.instances('product')).toMatchObject([{ instance_id: id, status: 'up' }]);
      const beats = registry.calls('/heartbeat').length;
      await eventually(() => registry.calls('/heartbeat').length > beats + 2, STARTED);
      await eventually(() =>
        /"thread_failed".*"code":"THREAD_EXITED".*"restartInMs":\d/.test(service.output()),
      );

      service.child.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      expect(registry.instances()).toEqual([]);
    },
    60_000 * timeScale,
  );

  it(
    'whose thread dies again and again is registered after all',
    async () => {
      const registry = await startRegistry();
      const service = await startRegistered(registry);

      for (let death = 1; death <= 3; death += 1) {
        await crashThread(registry);
        await eventually(() => service.output().split('"thread_failed"').length > death, STARTED);
        await eventually(() => registry.openSessions === 1, STARTED);
      }

      expect(registry.instances('product')).toMatchObject([{ status: 'up' }]);
      expect(registry.instances('product')).toHaveLength(1);
    },
    90_000 * timeScale,
  );

  it(
    'that can have no thread at all sends heartbeats from its main one, and departs in order',
    async () => {
      const registry = await startRegistry();
      const service = await startRegistered(registry, { stillbornThreads: 1 });
      const beats = registry.calls('/heartbeat').length;
      await eventually(() => registry.calls('/heartbeat').length > beats + 2, STARTED);
      await eventually(() => service.output().includes('"thread_failed"'));
      expect(service.output()).not.toContain('restartInMs');

      service.child.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      expect(registry.instances()).toEqual([]);
    },
    60_000 * timeScale,
  );

  it(
    'that may have no thread sends heartbeats from its main one, and departs in order',
    async () => {
      const registry = await startRegistry();
      const service = await startRegistered(registry, {
        nodeArgs: [permissionFlag, '--allow-fs-read=*', '--allow-addons'],
      });
      // What a process writes comes another way than what it sends.
      await eventually(() => /"thread_failed".*"code":"ERR_ACCESS_DENIED"/.test(service.output()));

      service.child.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      expect(registry.instances()).toEqual([]);
    },
    60_000 * timeScale,
  );

  it(
    'that departs right after its thread has died is off the list',
    async () => {
      const registry = await startRegistry();
      const service = await startRegistered(registry);

      await crashThread(registry);
      service.child.kill('SIGTERM');

      expect(await service.exited).toBe(0);
      expect(registry.instances()).toEqual([]);
      expect(service.output()).toMatch(/"deregistered".*"stopped"/s);
    },
    60_000 * timeScale,
  );
});
