import { randomUUID } from 'node:crypto';
import { closedPort, eventually, startHangingServer, timeScale } from '@rollcall/testing';
import { createRegistrarScene } from '../../test/registrar-scene';

const { startRegistry, observe, onCleanup, cleanUp } = createRegistrarScene();

afterEach(cleanUp);

describe('registering', () => {
  it('announces what it was given, at the local address of the socket that reached the registry', async () => {
    const registry = await startRegistry();
    const registration = {
      service_name: 'product',
      version: '1.2.0',
      routes: [{ path_prefix: '/products' }],
      metadata: { team: 'catalogue' },
    };
    const { registrar, seen } = observe({ registryUrls: [registry.url], registration });

    await registrar.start();
    const registered = await seen('registered');

    const [instance] = registry.instances('product');
    expect(instance).toMatchObject({ ...registration, url: 'http://127.0.0.1:8081', status: 'up' });
    expect(registered).toMatchObject({ url: 'http://127.0.0.1:8081', registryUrl: registry.url });
    expect(registrar.identity()).toEqual({ instance_id: instance?.instance_id, epoch: instance?.epoch });
    expect(registrar.state()).toMatchObject({ phase: 'registered', missedHeartbeats: 0 });
  });

  it('advertises a given address as it is, and uses a given id', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({
      registryUrls: [`${registry.url}/`],
      registration: { service_name: 'product', instance_id: 'product-1' },
      advertise: { url: 'http://10.1.2.3:9000' },
    });

    await registrar.start();
    await seen('registered');

    expect(registry.instances()).toMatchObject([{ instance_id: 'product-1', url: 'http://10.1.2.3:9000' }]);
  });

  it('makes an id of its own for each process life', async () => {
    const registry = await startRegistry();
    const first = observe({ registryUrls: [registry.url] });
    const second = observe({ registryUrls: [registry.url], advertise: { port: 8082 } });

    await Promise.all([first.registrar.start(), second.registrar.start()]);
    await Promise.all([first.seen('registered'), second.seen('registered')]);

    const ids = registry.instances().map((instance) => instance.instance_id);
    expect(new Set(ids).size).toBe(2);
  });

  it('resolves at once when the registry is away, and registers when it has come', async () => {
    const registry = await startRegistry();
    await registry.goAway();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });

    await registrar.start();
    const event = await seen('registry_unavailable');
    expect(event).toMatchObject({ during: 'register', failure: { code: 'ECONNREFUSED' } });
    expect(registrar.state()).toMatchObject({ phase: 'registering', failure: { code: 'ECONNREFUSED' } });

    await registry.comeBack();
    await seen('registered');
    expect(registry.instances()).toHaveLength(1);
  });

  it('goes on to the next registry at once when one is closed, and when one hangs', async () => {
    const registry = await startRegistry();
    await registry.goAway();
    const hanging = await startHangingServer();
    onCleanup(() => hanging.close());
    const closed = `http://127.0.0.1:${await closedPort()}`;
    const { registrar, events, seen } = observe({
      registryUrls: [closed, hanging.url, registry.url],
      requestTimeoutMs: 100 * timeScale,
    });
    const failed = (url: string) =>
      events.find((event) => event.type === 'registry_unavailable' && event.registryUrl === url);

    await registrar.start();
    await eventually(() => [closed, hanging.url, registry.url].every(failed));
    await registry.comeBack();

    expect(await seen('registered')).toMatchObject({ registryUrl: registry.url });
    expect(failed(closed)).toMatchObject({ failure: { code: 'ECONNREFUSED' } });
    expect(failed(hanging.url)).toMatchObject({ failure: { code: 'ETIMEDOUT' } });
    const firstRound = events.slice(0, 3).map((event) => 'retryInMs' in event && event.retryInMs === 0);
    expect(firstRound).toEqual([true, true, false]);
  });

  it('reports a refusal with every fault and tries again only after a long while', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({
      registryUrls: [registry.url],
      registration: { service_name: 'not a name!', weight: 0 },
    });

    await registrar.start();
    const refused = await seen('registration_refused');

    expect(refused.failure).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(refused.failure.faults?.map((fault) => fault.path).sort()).toEqual(['service_name', 'weight']);
    expect(refused.retryInMs).toBeGreaterThan(20_000);
    expect(registrar.state()).toMatchObject({ phase: 'refused' });
  });

  it('comes back after the time a full registry asks for', async () => {
    const registry = await startRegistry();
    registry.refuseNext('/register', {
      status: 429,
      code: 'CATALOG_FULL',
      detail: 'full',
      retryAfterSeconds: 1,
    });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });

    await registrar.start();

    expect((await seen('registration_refused')).retryInMs).toBeLessThanOrEqual(1100);
    await seen('registered');
  });

  it('comes back after five minutes at the latest, whatever a registry asks for', async () => {
    const registry = await startRegistry();
    const full = { status: 429, code: 'CATALOG_FULL', detail: 'full', retryAfterSeconds: 999_999_999 };
    registry.refuseNext('/register', full);
    const { registrar, seen } = observe({ registryUrls: [registry.url] });

    await registrar.start();

    expect((await seen('registration_refused')).retryInMs).toBeLessThanOrEqual(330_000);
  });

  it('sends its token, and reports when it is the wrong one', async () => {
    const registry = await startRegistry({ token: 'secret' });
    const right = observe({ registryUrls: [registry.url], token: 'secret' });
    const wrong = observe({ registryUrls: [registry.url], token: 'guess' });

    await Promise.all([right.registrar.start(), wrong.registrar.start()]);

    await right.seen('registered');
    expect((await wrong.seen('registration_refused')).failure).toMatchObject({ status: 401 });
  });

  it('takes an answer that is not an instance for no answer', async () => {
    const registry = await startRegistry();
    registry.refuseNext('/register', { status: 201, code: 'NONSENSE', detail: 'not an instance' });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });

    await registrar.start();

    expect((await seen('registry_unavailable')).failure.code).toBe('BAD_ANSWER');
    await seen('registered');
  });

  it('does nothing when it is started twice', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });

    await Promise.all([registrar.start(), registrar.start()]);
    await seen('registered');

    expect(registry.calls('/register')).toHaveLength(1);
  });

  it.each([[[]], [['not a url']], [['ftp://registry']]])(
    'throws when created with the registries %j',
    (registryUrls) => {
      expect(() => observe({ registryUrls })).toThrow(TypeError);
    },
  );

  it('survives a listener that throws', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const { registrar } = observe({
      registryUrls: [registry.url],
      onEvent: () => {
        throw new Error('a fault in the host');
      },
    });

    await registrar.start();

    await eventually(() => registry.calls('/heartbeat').length > 0);
    await registrar.stop();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('a fault in the host'), expect.anything());
    warn.mockRestore();
  });
});

describe('heartbeats', () => {
  it('come at the interval that the registry asks for, with the epoch', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.3, heartbeatIntervalSeconds: 0.2 });
    const { registrar } = observe({ registryUrls: [registry.url] });
    await registrar.start();

    const beats = await eventually(() => {
      const calls = registry.calls('/heartbeat');
      return calls.length >= 4 && calls;
    });

    const [instance] = registry.instances();
    expect(beats[0]?.body).toEqual({ instance_id: instance?.instance_id, epoch: instance?.epoch });
    const gaps = beats.slice(1).map((beat, index) => beat.at - (beats[index]?.at ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(170);
  });

  it('register again when the registry does not know the instance any more', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const { registrar, events, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');
    const before = registrar.identity();

    registry.forget(before?.instance_id ?? '');
    await seen('registration_lost');

    const [instance] = await eventually(() => {
      const listed = registry.instances();
      return listed.length === 1 && listed;
    });
    expect(instance?.instance_id).toBe(before?.instance_id);
    await eventually(() => registrar.identity()?.epoch === instance?.epoch);
    await eventually(() => events.filter((event) => event.type === 'registered').length === 2);
  });

  it('go on while the registry is away, and are answered again when it is back', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');

    await registry.goAway();
    expect(await seen('registry_unavailable')).toMatchObject({ during: 'heartbeat' });
    expect(registrar.state()).toMatchObject({ phase: 'registered', missedHeartbeats: expect.any(Number) });

    await registry.comeBack();
    await eventually(() => {
      const state = registrar.state();
      return state.phase === 'registered' && state.missedHeartbeats === 0;
    });
    expect(registry.calls('/register')).toHaveLength(1);
  });

  it('register again with a registry that came back empty', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');

    await registry.goAway();
    await registry.comeBack({ empty: true });

    await eventually(() => registry.instances().length === 1);
    await seen('registration_lost');
  });

  it('adopt the newer epoch of an id that only this process can have', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');
    const { instance_id = '', epoch = 0 } = registrar.identity() ?? {};
    const url = 'http://127.0.0.1:8081';

    registry.forget(instance_id);
    const newer = registry.list({ service_name: 'product', url, instance_id });

    await eventually(() => (registrar.identity()?.epoch ?? 0) > epoch);
    expect(registry.instances()).toEqual([expect.objectContaining({ epoch: newer.epoch })]);
  });

  it('keep quiet while another process lives under a given id, and register when it has gone', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const registration = { service_name: 'product', instance_id: 'product-0' };
    const { registrar, seen } = observe({ registryUrls: [registry.url], registration });
    await registrar.start();
    await seen('registered');

    registry.list({ ...registration, url: 'http://10.0.0.9:8081' });
    await seen('superseded');
    expect(registrar.state()).toMatchObject({ phase: 'superseded' });
    expect(registrar.identity()).toBeUndefined();
    const beats = registry.calls('/heartbeat').length;
    await eventually(() => registry.calls('/heartbeat').length > beats + 2);
    expect(registry.calls('/register')).toHaveLength(1);

    registry.forget('product-0');
    await eventually(() => registry.instances()[0]?.url === 'http://127.0.0.1:8081');
  });

  it('report a warning once, and again when it changes', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    registry.warn(['could not connect back to http://127.0.0.1:8081']);
    const { registrar, events, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('warned');
    const beats = registry.calls('/heartbeat').length;
    await eventually(() => registry.calls('/heartbeat').length > beats + 2);

    registry.warn([]);
    await eventually(() => events.filter((event) => event.type === 'warned').length === 2);

    expect(events.filter((event) => event.type === 'warned')).toMatchObject([
      { warnings: ['could not connect back to http://127.0.0.1:8081'] },
      { warnings: [] },
    ]);
  });

  it('come after the word that a route was refused, which is told of at once', async () => {
    const registry = await startRegistry();
    const routes = [{ path_prefix: '/products' }];
    registry.list({ service_name: 'other', url: 'http://127.0.0.1:1', routes });
    const { registrar, events, seen } = observe({
      registryUrls: [registry.url],
      registration: { service_name: 'product', routes },
    });
    await registrar.start();
    await seen('warned');
    expect(registry.calls('/heartbeat')).toHaveLength(0);
    expect(events.find((event) => event.type === 'warned')).toMatchObject({
      warnings: [expect.stringContaining('other holds /products')],
    });
  });

  it('are reported and go on when they are refused', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    registry.refuseNext('/heartbeat', { status: 403, code: 'FORBIDDEN', detail: 'the token was rotated' });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();

    expect((await seen('heartbeat_refused')).failure).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    await eventually(() => registry.calls('/heartbeat').length > 1);
    expect(registrar.state()).toMatchObject({ phase: 'registered' });
  });
});

describe('stopping', () => {
  it('deregisters first where there is no draining, lingers, waits for what is in flight, and only then is done', async () => {
    const registry = await startRegistry({ sessions: false });
    const { registrar, events, seen } = observe({ registryUrls: [registry.url], drainLingerMs: 200 });
    await registrar.start();
    await seen('registered');
    const order: string[] = [];
    const whenIdle = (): Promise<void> => {
      order.push('idle asked');
      return Promise.resolve();
    };

    const began = performance.now();
    const stopped = registrar.stop({ whenIdle }).then(() => order.push('stopped'));
    expect(registrar.state()).toEqual({ phase: 'stopping' });
    await eventually(() => registry.instances().length === 0);
    expect(order).toEqual([]);
    await stopped;

    expect(order).toEqual(['idle asked', 'stopped']);
    expect(performance.now() - began).toBeGreaterThanOrEqual(200);
    expect(events.slice(-3)).toMatchObject([
      { type: 'drain_failed', lingerMs: 200 },
      { type: 'deregistered' },
      { type: 'stopped' },
    ]);
    expect(registrar.state()).toEqual({ phase: 'stopped' });
  });

  it('does not linger when it was never on a list', async () => {
    const registryUrls = [`http://127.0.0.1:${await closedPort()}`];
    const { registrar, seen, events } = observe({ registryUrls, drainLingerMs: 60_000 });
    await registrar.start();
    await seen('registry_unavailable');

    await registrar.stop();

    expect(events.at(-1)).toEqual({ type: 'stopped' });
  });

  it('takes off the list what was entered while it was stopping, and enters nothing after that', async () => {
    const registry = await startRegistry();
    const release = registry.holdAnswers('/register');
    const { registrar, events } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await eventually(() => registry.instances().length === 1);

    const stopped = registrar.stop();
    release();
    await stopped;

    expect(registry.instances()).toEqual([]);
    expect(registry.calls('/register')).toHaveLength(1);
    expect(registry.calls().at(-1)?.path).toBe('/deregister');
    expect(events.map((event) => event.type)).toEqual(['registered', 'drained', 'deregistered', 'stopped']);
  });

  it('enters nothing when it comes right after the start', async () => {
    const registry = await startRegistry();
    const { registrar } = observe({ registryUrls: [registry.url] });

    await registrar.start();
    await registrar.stop();

    expect(registry.calls()).toEqual([]);
  });

  it('takes off the list a second registration that was never answered', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const { registrar, seen } = observe({ registryUrls: [registry.url], requestTimeoutMs: 200 * timeScale });
    await registrar.start();
    await seen('registered');
    const release = registry.holdAnswers('/register');
    onCleanup(() => Promise.resolve(release()));
    registry.forget(registrar.identity()?.instance_id ?? '');
    await seen('registration_lost');
    await eventually(() => registry.instances().length === 1);

    await registrar.stop();

    expect(registry.instances()).toEqual([]);
  });

  it('takes off the list what a registry entered without ever answering', async () => {
    const registry = await startRegistry();
    const release = registry.holdAnswers('/register');
    onCleanup(() => Promise.resolve(release()));
    const { registrar } = observe({ registryUrls: [registry.url], requestTimeoutMs: 200 * timeScale });
    await registrar.start();
    await eventually(() => registry.instances().length === 1);

    await registrar.stop();

    expect(registry.instances()).toEqual([]);
  });

  describe.each([
    ['an id of its own', undefined],
    ['an id that was given', 'product-1'],
  ])('with %s', (_whose, givenId) => {
    const registration = {
      service_name: 'product',
      ...(givenId === undefined ? {} : { instance_id: givenId }),
    };

    it.each([true, false])(
      'takes back a registration that is carried out after the wait for it was over (thread: %s)',
      async (thread) => {
        const registry = await startRegistry();
        const release = registry.holdCalls('/register');
        const options = {
          registryUrls: [registry.url],
          // The wait for a late answer is twice as long: the calls below have to fit into it.
          requestTimeoutMs: 1000 * timeScale,
          registration,
          thread,
        };
        // Stopped in the pause after the first try: none is under way that would be waited for anyhow.
        const stopping: Promise<void>[] = [];
        const { registrar } = observe({ ...options, onEvent: () => stopping.push(registrar.stop()) });
        await registrar.start();
        await eventually(() => stopping.length > 0);
        // A stop that does not wait has told the registry long before these are over.
        for (let call = 1; call <= 20; call += 1) await fetch(`${registry.url}/livez`);
        release();
        await Promise.all(stopping);

        expect(registry.instances()).toEqual([]);
        expect(registry.calls().at(-1)?.path).toBe('/deregister');
      },
    );

    it('takes back a second registration that is carried out behind the first', async () => {
      const registry = await startRegistry();
      const options = { registryUrls: [registry.url], requestTimeoutMs: 500 * timeScale, registration };
      const { registrar, seen, events } = observe(options);
      const release = registry.holdCalls('/register');
      await registrar.start();
      await seen('registry_unavailable');
      // What the first one was, carried out by hand; the one under way is to be another life of it.
      release();
      await seen('registered');
      const again = registry.holdCalls('/register');
      registry.forget(registrar.identity()?.instance_id ?? '');
      await seen('registration_lost');
      const lost = events.length;
      await eventually(() => events.slice(lost).some(({ type }) => type === 'registry_unavailable'));

      const stopped = registrar.stop();
      again();
      await stopped;

      expect(registry.instances()).toEqual([]);
    });

    it('takes back what one registry carried out late, and what another entered meanwhile', async () => {
      const [slow, quick] = [await startRegistry(), await startRegistry()];
      const release = slow.holdCalls('/register');
      const registryUrls = [slow.url, quick.url];
      const { registrar, seen } = observe({ registryUrls, requestTimeoutMs: 500 * timeScale, registration });
      await registrar.start();
      await seen('registered');

      const stopped = registrar.stop();
      release();
      await stopped;

      expect(slow.instances()).toEqual([]);
      expect(quick.instances()).toEqual([]);
    });
  });

  it('does not wait for ever for a registry that neither carries out nor answers', async () => {
    const registry = await startRegistry();
    const release = registry.holdCalls('/register');
    onCleanup(() => Promise.resolve(release()));
    const { registrar, seen, events } = observe({
      registryUrls: [registry.url],
      requestTimeoutMs: 100 * timeScale,
    });
    await registrar.start();
    await seen('registry_unavailable');

    await registrar.stop();

    expect(events.at(-1)).toEqual({ type: 'stopped' });
  });

  it('leaves no session that was asked for before it and opened after', async () => {
    const registry = await startRegistry();
    const release = registry.holdCalls('/instances/product-1/session');
    const { registrar, seen, events } = observe({
      registryUrls: [registry.url],
      registration: { service_name: 'product', instance_id: 'product-1' },
    });
    await registrar.start();
    await seen('registered');
    await eventually(() => registry.calls('/instances/product-1/session').length === 1);

    await registrar.stop();
    release();

    await registry.stop();
    expect(registry.openSessions).toBe(0);
    expect(registry.instances()).toEqual([]);
    expect(events.at(-1)).toEqual({ type: 'stopped' });
  });

  it.each([true, false])('takes back what was sent in the same moment (thread: %s)', async (thread) => {
    const registry = await startRegistry();
    const advertise = { url: 'http://127.0.0.1:8081' };
    const { registrar } = observe({ registryUrls: [registry.url], advertise, thread });

    void registrar.start();
    await registrar.stop();

    expect(registry.instances()).toEqual([]);
    const paths = registry.calls().map(({ path }) => path);
    expect(paths.length === 0 || paths.at(-1) === '/deregister').toBe(true);
  });

  it('does not register again when the instance was forgotten just before', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.15 });
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');
    const release = registry.holdAnswers('/heartbeat');
    registry.forget(registrar.identity()?.instance_id ?? '');
    await eventually(() => registry.calls('/heartbeat').length > 0);

    const stopped = registrar.stop();
    release();
    await stopped;

    expect(registry.instances()).toEqual([]);
    expect(registry.calls('/register')).toHaveLength(1);
  });

  it('still lingers, and says so, when no registry can be told', async () => {
    const registry = await startRegistry();
    const { registrar, seen, events } = observe({ registryUrls: [registry.url], drainLingerMs: 50 });
    await registrar.start();
    await seen('registered');

    await registry.goAway();
    await registrar.stop();

    expect(events).toContainEqual(expect.objectContaining({ type: 'drain_failed', lingerMs: 50 }));
    expect(events).toContainEqual(expect.objectContaining({ type: 'deregistration_failed' }));
  });

  it('leaves a newer life of the same registration alone', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');
    registry.list({ service_name: 'product', url: 'http://127.0.0.1:8081', instance_id: 'the-next-process' });

    await registrar.stop();

    expect(registry.instances()).toMatchObject([{ instance_id: 'the-next-process' }]);
  });

  it('is done once, however often it is asked for, and cannot be undone', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');

    await Promise.all([registrar.stop(), registrar.stop()]);
    await registrar.start();
    await registrar.stop();

    expect(registry.calls('/deregister')).toHaveLength(1);
    expect(registry.calls('/register')).toHaveLength(1);
  });

  it('does nothing when it comes before the start', async () => {
    const registry = await startRegistry();
    const { registrar } = observe({ registryUrls: [registry.url] });

    await registrar.stop();
    await registrar.start();

    expect(registry.calls()).toEqual([]);
  });

  describe.each([
    ['in a thread of its own', true],
    ['in the main thread', false],
  ])('of a host that has ended, %s', (_where, thread) => {
    /** A subscriber that acknowledges nothing, which a drain waits for. */
    const subscribe = async (registryUrl: string): Promise<void> => {
      const leaving = new AbortController();
      onCleanup(() => Promise.resolve(leaving.abort()));
      const stream = await fetch(`${registryUrl}/watch?services=product&subscriber=${randomUUID()}`, {
        signal: leaving.signal,
      });
      expect(stream.status).toBe(200);
    };
    const registered = async () => {
      const registry = await startRegistry();
      await subscribe(registry.url);
      // Far longer than a spec may take: it passes only if nothing of it is waited for.
      const patience = { drainTimeoutMs: 600_000, drainLingerMs: 600_000 };
      const observed = observe({ registryUrls: [registry.url], thread, ...patience });
      await observed.registrar.start();
      await observed.seen('registered');
      return { registry, ...observed };
    };

    it('deregisters at once, without a drain', async () => {
      const { registry, registrar, events } = await registered();

      await registrar.stop({ hostEnded: AbortSignal.abort() });

      expect(registry.instances()).toEqual([]);
      expect(registry.calls().filter(({ path }) => path.endsWith('/drain'))).toEqual([]);
      expect(events.slice(-2)).toMatchObject([{ type: 'deregistered' }, { type: 'stopped' }]);
    });

    it('breaks off a drain that waits for a subscriber', async () => {
      const { registry, registrar, events } = await registered();
      const ending = new AbortController();

      const stopped = registrar.stop({ hostEnded: ending.signal });
      await eventually(() => registry.instances()[0]?.status === 'draining');
      ending.abort();
      await stopped;

      expect(registry.instances()).toEqual([]);
      expect(events.slice(-2)).toMatchObject([{ type: 'deregistered' }, { type: 'stopped' }]);
    });
  });

  it('breaks off lingering when the host ends meanwhile', async () => {
    const registry = await startRegistry({ sessions: false });
    const { registrar, seen } = observe({ registryUrls: [registry.url], drainLingerMs: 600_000 });
    await registrar.start();
    await seen('registered');
    const ending = new AbortController();

    const stopped = registrar.stop({ hostEnded: ending.signal });
    await seen('drain_failed');
    ending.abort();
    await stopped;

    expect(registrar.state()).toEqual({ phase: 'stopped' });
  });

  it('passes on what whenIdle was rejected with, and is stopped all the same', async () => {
    const registry = await startRegistry();
    const { registrar, seen } = observe({ registryUrls: [registry.url] });
    await registrar.start();
    await seen('registered');

    const stopped = registrar.stop({ whenIdle: () => Promise.reject(new Error('still busy')) });

    await expect(stopped).rejects.toThrow('still busy');
    expect(registrar.state()).toEqual({ phase: 'stopped' });
  });
});
