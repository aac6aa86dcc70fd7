import { eventually, timeScale } from '@rollcall/testing';
import { createRegistrarScene } from '../../test/registrar-scene';

const { startRegistry, observe, cleanUp } = createRegistrarScene();

afterEach(cleanUp);

/** So rare that only sessions can have been at work. */
const RARE_HEARTBEATS = { heartbeatIntervalSeconds: 60, ttlSeconds: 300 };

describe('a session', () => {
  it('is held open while the instance is listed, and shows when the process has gone', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();

    const { epoch } = await seen('session_opened');

    expect(registrar.identity()).toMatchObject({ epoch });
    expect(registry.openSessions).toBe(1);
  });

  it('that breaks is opened again, and clears the suspicion', async () => {
    const registry = await startRegistry(RARE_HEARTBEATS);
    const { registrar, events, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('session_opened');

    registry.endSession(registrar.identity()?.instance_id ?? '');
    await eventually(() => registry.instances()[0]?.status === 'suspect');

    await eventually(() => registry.instances()[0]?.status === 'up');
    expect(await seen('session_lost')).toMatchObject({ retryInMs: expect.any(Number) });
    await eventually(() => events.filter(({ type }) => type === 'session_opened').length === 2);
    expect(registry.calls('/register')).toHaveLength(1);
  });

  it('is given up for another when three pings have not come', async () => {
    const registry = await startRegistry({ sessionPingSeconds: 0.05 * timeScale });
    const { registrar, events, seen } = observe({
      registryUrls: [registry.url],
      requestTimeoutMs: 150 * timeScale,
    });
    await registrar.start();
    await seen('session_opened');
    await eventually(() => registry.calls('/heartbeat').length > 0);
    expect(events.filter(({ type }) => type === 'session_lost')).toEqual([]);

    registry.freezeSessions();

    expect((await seen('session_lost')).failure.code).toBe('SILENCE');
  });

  it('registers again at once with a registry that has restarted empty', async () => {
    const registry = await startRegistry(RARE_HEARTBEATS);
    const { registrar, events, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('session_opened');

    await registry.goAway();
    await registry.comeBack({ empty: true });

    await eventually(() => registry.openSessions === 1);
    expect(registry.instances()).toMatchObject([{ status: 'up' }]);
    await eventually(() => events.filter(({ type }) => type === 'registered').length === 2);
  });

  it('registers again at once when it is told that this life is over', async () => {
    const registry = await startRegistry(RARE_HEARTBEATS);
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('session_opened');

    registry.forget(registrar.identity()?.instance_id ?? '');

    await eventually(() => registry.instances().length === 1 && registry.openSessions === 1);
  });

  it('goes on elsewhere when its registry closes', async () => {
    const registries = [await startRegistry(RARE_HEARTBEATS), await startRegistry(RARE_HEARTBEATS)];
    const { registrar, seen } = observe({ registryUrls: registries.map(({ url }) => url) });
    await registrar.start();
    const { registryUrl } = await seen('session_opened');
    const [first, second] = registries[0]?.url === registryUrl ? registries : registries.reverse();
    if (first === undefined || second === undefined) throw new Error('two registries were started');

    first.endSession(registrar.identity()?.instance_id ?? '', 'registry_closing');
    await first.goAway();

    await eventually(() => second.openSessions === 1);
    expect(second.instances()).toHaveLength(1);
  });

  it('opens no other after one that a newer one has taken the place of', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('session_opened');

    registry.endSession(registrar.identity()?.instance_id ?? '', 'superseded');
    await seen('session_refused');

    const beats = registry.calls('/heartbeat').length;
    await eventually(() => registry.calls('/heartbeat').length > beats + 2);
    expect(registry.openSessions).toBe(0);
  });

  it('is done without where the registry knows none', async () => {
    const registry = await startRegistry({ sessions: false });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();

    expect((await seen('session_refused')).failure).toMatchObject({ status: 404, code: 'NOT_FOUND' });

    await eventually(() => registry.calls('/heartbeat').length > 0);
    expect(registrar.state()).toMatchObject({ phase: 'registered' });
  });

  it('stands while the instance drains, and ends once it is off the list', async () => {
    const registry = await startRegistry();
    const { registrar, events, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('session_opened');
    let whileIdle: readonly unknown[] = [];

    await registrar.stop({
      whenIdle: () => {
        whileIdle = [registry.openSessions, registry.instances()[0]?.status];
        return Promise.resolve();
      },
    });

    expect(whileIdle).toEqual([1, 'draining']);
    expect(registry.openSessions).toBe(0);
    expect(registry.instances()).toEqual([]);
    expect(events.slice(-3)).toMatchObject([
      { type: 'drained', complete: true },
      { type: 'deregistered' },
      { type: 'stopped' },
    ]);
  });
});
