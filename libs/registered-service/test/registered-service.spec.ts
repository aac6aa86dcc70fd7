import { createResolver } from '@rollcall/registry-client';
import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { createLogger } from '@rollcall/service-kit';
import { closedPort, eventually } from '@rollcall/testing';
import { askSecurely, createKeyPairFolder } from '@rollcall/testing/certificates';
import type { Response } from 'express';
import {
  createRegisteredService,
  type RegisteredService,
  type RegisteredServiceOptions,
  type Resource,
} from '../src/index';

const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
logger.silent = true;

type ComposeOptions = Partial<Omit<RegisteredServiceOptions, 'settings'>> & {
  readonly settings?: Partial<RegisteredServiceOptions['settings']>;
};

describe('a registered service', () => {
  let registry: FakeRegistry;
  let service: RegisteredService | undefined;

  beforeEach(async () => {
    registry = createFakeRegistry();
    await registry.start();
  });

  afterEach(async () => {
    await service?.stop();
    await registry.stop();
  });

  function compose({ settings, ...options }: ComposeOptions = {}, port = 0): RegisteredService {
    service = createRegisteredService({
      settings: {
        PORT: port,
        HOST: '127.0.0.1',
        LOG_LEVEL: 'error',
        MAX_CONNECTIONS: 100,
        NODE_ENV: 'test',
        ACCESS_LOG_FORWARDED: true,
        SERVICE_NAME: 'greeter',
        REGISTRY_URL: [registry.url],
        DRAIN_LINGER_MS: 0,
        ...settings,
      },
      logger,
      routes: [{ path_prefix: '/greet' }],
      mount: (app) => app.get('/greet', (_req, res) => res.send('hello')),
      ...options,
    });
    return service;
  }

  const registered = () => eventually(() => registry.instances('greeter')[0]);

  it('announces where it really listens and what it serves', async () => {
    const { port } = await compose().start();

    expect(await registered()).toMatchObject({
      url: `http://127.0.0.1:${port}`,
      routes: [{ path_prefix: '/greet' }],
      health_path: '/livez',
    });
  });

  it('with a certificate speaks TLS, and announces that', async () => {
    const pair = await createKeyPairFolder();
    const settings = { TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile };
    const { port } = await compose({ settings }).start();

    const { url } = await registered();
    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect((await askSecurely(`${url}/greet`, { ca: pair.authority.ca })).body).toBe('hello');
    await pair.remove();
  });

  it('follows others from its start to its stop, and measures how old what it knows of them is', async () => {
    registry.list({ service_name: 'other', url: 'http://127.0.0.1:1' });
    const resolver = createResolver({ registryUrls: [registry.url], services: ['other'] });
    const { port } = await compose({ resolver }).start();
    const measured = async (name: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^rollcall_discovery_${name}\\S* (\\S+)$`, 'm').exec(text)?.[1]);
    };
    await eventually(async () => (await measured('synced')) === 1);
    expect(await measured('stale_seconds')).toBe(0);

    await registry.goAway();
    await eventually(async () => (await measured('stale_seconds')) > 0);
    expect(resolver.current('other').state).toBe('stale');

    await registry.comeBack();
    await eventually(async () => (await measured('stale_seconds')) === 0);
    await service?.stop();
    await eventually(() => registry.openWatches === 0);
  });

  it('says on its health paths who it is, once it is registered', async () => {
    const { port } = await compose().start();
    const { instance_id, epoch } = await registered();

    await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${port}/livez`);
      expect(response.headers.get('rollcall-instance')).toBe(`${instance_id}/${epoch}`);
      return true;
    });
  });

  it('serves while the registry is away, and registers when it comes', async () => {
    await registry.goAway();
    const { port } = await compose().start();

    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

    await registry.comeBack();
    await registered();
  });

  it('is picked by nobody before it stops serving, and answers what is in flight', async () => {
    let pending: Response | undefined;
    const { port } = await compose({
      mount: (app) => app.get('/slow', (_req, res) => void (pending = res)),
    }).start();
    await registered();
    const inFlight = fetch(`http://127.0.0.1:${port}/slow`);
    const held = await eventually(() => pending);

    const stopping = service?.stop();
    await eventually(() => registry.instances('greeter')[0]?.status === 'draining');
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
    const late = await fetch(`http://127.0.0.1:${port}/livez`);
    expect(late.headers.get('connection')).toBe('close');

    held.send('done');
    expect(await (await inFlight).text()).toBe('done');
    await stopping;
    expect(registry.instances('greeter')).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
  });

  it('is ready only while what it needs is', async () => {
    let fault: string | undefined;
    const check = () => {
      if (fault !== undefined) throw new Error(fault);
    };
    const { port } = await compose({ resources: [{ ...resource('database'), check }] }).start();
    const readiness = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();

    expect(await readiness()).toContain('[+]database ok');
    fault = 'no route to host';
    expect(await readiness()).toContain('[-]database no route to host');
    fault = undefined;
    expect(await readiness()).toContain('[+]database ok');
  });

  it('has its resources before the first request and until after the last', async () => {
    const story: string[] = [];
    const first = resource('first', story);
    const second = resource('second', story);
    await compose({ resources: [first, second] }).start();
    await registered();

    await service?.stop();

    expect(story).toEqual(['first started', 'second started', 'second stopped', 'first stopped']);
  });

  it('lives, is not ready and refuses requests while a resource is still starting', async () => {
    const story: string[] = [];
    let arrive = (): void => undefined;
    const slow = { ...resource('slow'), start: () => new Promise<void>((resolve) => (arrive = resolve)) };
    const port = await closedPort();
    const starting = compose({ resources: [resource('first', story), slow] }, port).start();
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

    await eventually(async () => (await get('/livez')).status === 200);
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/startupz')).status).toBe(503);
    const refused = await get('/greet');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ code: 'SERVICE_STARTING' });
    expect(registry.calls('/register')).toEqual([]);

    arrive();
    await starting;
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/greet')).text()).toBe('hello');
    await registered();
  });

  it('is never registered when a resource fails to start, and lets go of those that had started', async () => {
    const story: string[] = [];
    const broken = { ...resource('broken'), start: () => Promise.reject(new Error('no such disk')) };

    await expect(compose({ resources: [resource('first', story), broken] }).start()).rejects.toThrow(
      'no such disk',
    );
    await service?.stop();

    expect(story).toEqual(['first started', 'first stopped']);
    expect(registry.calls()).toEqual([]);
  });

  it('does not register any more when it is stopped during its start', async () => {
    let arrive = (): void => undefined;
    const slow = { ...resource('slow'), start: () => new Promise<void>((resolve) => (arrive = resolve)) };
    const starting = compose({ resources: [slow] }).start();

    const stopping = service?.stop();
    arrive();
    await Promise.all([starting, stopping]);

    expect(registry.calls('/register')).toEqual([]);
  });

  it('does not wait, when it is stopped, for a resource that would never start', async () => {
    const story: string[] = [];
    const never: Resource = {
      ...resource('never', story),
      start: (signal: AbortSignal) =>
        new Promise<void>((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('not any more'))),
        ),
    };
    const starting = compose({
      resources: [resource('first', story), never, resource('last', story)],
    }).start();

    await eventually(() => story.length > 0);

    await service?.stop();

    await expect(starting).resolves.toEqual({ port: expect.any(Number) });
    expect(story).toEqual(['first started', 'first stopped']);
    expect(registry.calls()).toEqual([]);
  });
});

function resource(name: string, story: string[] = []): Resource {
  return {
    name,
    start: () => Promise.resolve(void story.push(`${name} started`)),
    stop: () => Promise.resolve(void story.push(`${name} stopped`)),
  };
}
