import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  AnnouncedRoute,
  EventsResponse,
  ExplainResponse,
  HeartbeatResponse,
  RegisterResponse,
  WatchSnapshot,
} from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';

const MEMORY_MS = 600_000;
let folder: string;
let log: RecordingLogger;
let registry: RunningRegistry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-claims-'));
  log = createRecordingLogger();
});
afterEach(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

async function start(env: NodeJS.ProcessEnv = {}): Promise<void> {
  registry = await startRegistry(env, log);
}

async function restart(env: NodeJS.ProcessEnv): Promise<void> {
  await registry.stop();
  registry = await startRegistry(env, { ...log, clock: registry.clock });
}

const of = (
  service: string,
  id: string,
  routes: readonly (string | AnnouncedRoute)[],
  more: object = {},
) => ({
  service_name: service,
  instance_id: id,
  url: `http://${id.replace(':', '-')}:80`,
  routes: routes.map((route) => (typeof route === 'string' ? { path_prefix: route } : route)),
  ...more,
});

async function register(body: object, token?: string): Promise<RegisterResponse> {
  const answer = await call<RegisterResponse>('/register', body, token);
  expect([200, 201]).toContain(answer.status);
  return answer.body;
}

function call<T>(path: string, body: object, token?: string): Promise<Answer<T>> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  return registry.call<T>('POST', path, { headers, body: JSON.stringify(body) });
}

const beat = (id: string, token?: string) =>
  call<HeartbeatResponse>('/heartbeat', { instance_id: id }, token);
const leave = (id: string) => registry.post('/deregister', { instance_id: id });
const explain = async (service: string) => (await registry.get<ExplainResponse>(`/explain/${service}`)).body;
const prefixes = (routes: readonly { readonly path_prefix: string; readonly host?: string }[] = []) =>
  routes.map(({ path_prefix: prefix, host = '' }) => host + prefix);

const prefixesOnly = (claims: ExplainResponse['claims']) =>
  claims.map(({ path_prefix, host, since }) => ({ path_prefix, host, since }));

/** b is upgraded: the new process comes, the old one goes. */
async function upgradeB(): Promise<void> {
  await registry.clock.advance(5000);
  await register(of('b', 'b-2', ['/b']));
  await leave('b-1');
}

describe('a path that a service holds', () => {
  /** What a thief announces to get at b's requests, all or some of them. */
  const THEFTS: readonly (readonly [string, AnnouncedRoute])[] = [
    ['the path itself', { path_prefix: '/b' }],
    ['the path for some methods', { path_prefix: '/b', methods: ['POST'] }],
    ['a deeper path', { path_prefix: '/b/accounts' }],
    ['the root, which takes whatever is free', { path_prefix: '/' }],
    ['the path at a host that nobody uses', { path_prefix: '/b', host: 'unused.example' }],
    ['all of a host that nobody uses', { path_prefix: '/', host: 'unused.example' }],
  ];

  it.each(THEFTS)('is not had through an upgrade of its service: %s', async (_what, route) => {
    await start();
    await register(of('b', 'b-1', ['/b']));
    const thief = await register(of('a', 'a-1', [route]));
    expect(thief.routes).toEqual([]);
    expect(prefixes(thief.refused_routes)).toEqual([(route.host ?? '') + route.path_prefix]);
    expect(thief.refused_routes?.[0]?.code).toBe('held_by_another');
    expect(thief.warnings?.[0]).toContain('b holds /b since');
    await upgradeB();
    expect((await beat('a-1')).body.warnings?.join()).toContain('b holds /b since');
    expect((await register(of('a', 'a-2', [route]))).routes).toEqual([]);
    expect(prefixes((await register(of('b', 'b-3', ['/b']))).routes)).toEqual(['/b']);
  });

  it('is not had from around it either, and a path beside it is', async () => {
    await start();
    await register(of('b', 'b-1', ['/b/accounts']));
    expect(prefixes((await register(of('a', 'a-1', ['/b', '/bb', '/b/account']))).routes)).toEqual([
      '/bb',
      '/b/account',
    ]);
  });

  it('stays its own while all of it is gone, for the route memory and no longer', async () => {
    await start();
    await register(of('b', 'b-1', ['/b']));
    await register(of('a', 'a-1', ['/b', '/a'], { ttl_seconds: 86_400 }));
    await leave('b-1');
    await registry.clock.advance(MEMORY_MS - 2000);
    expect((await beat('a-1')).body.warnings).toHaveLength(1);
    expect(await explain('b')).toMatchObject({ claims: [{ path_prefix: '/b' }], instances: [] });
    await registry.clock.advance(4000);
    expect((await beat('a-1')).body).not.toHaveProperty('warnings');
    expect((await explain('a')).claims.map(({ path_prefix: prefix }) => prefix)).toEqual(['/a', '/b']);
    expect((await register(of('b', 'b-2', ['/b']))).refused_routes?.[0]?.reason).toContain('a holds /b');
    expect(log.linesOf('routes_released')).toMatchObject([{ service_name: 'b', paths: ['/b'] }]);
  });

  it('is remembered for as long as ROUTE_MEMORY_MS says', async () => {
    await start({ ROUTE_MEMORY_MS: '60000' });
    await register(of('b', 'b-1', ['/b']));
    await leave('b-1');
    await registry.clock.advance(58_000);
    expect((await register(of('a', 'a-1', ['/b']))).routes).toEqual([]);
    await registry.clock.advance(4000);
    expect((await register(of('a', 'a-2', ['/b']))).routes).toHaveLength(1);
  });

  it('comes back to a service that returns in time, with the day on which it got it', async () => {
    await start();
    await register(of('b', 'b-1', ['/b']));
    const [first] = (await explain('b')).claims;
    await leave('b-1');
    expect((await explain('b')).claims[0]).toHaveProperty('unannounced_since');
    await registry.clock.advance(MEMORY_MS / 2);
    await register(of('b', 'b-2', ['/b'], { ttl_seconds: 86_400 }));
    expect((await explain('b')).claims).toEqual([first]);
    await registry.clock.advance(MEMORY_MS * 2);
    expect((await explain('b')).claims[0]?.since).toBe(first?.since);
  });

  it('outlives a restart of the registry, while its service is away too', async () => {
    const env = { DATA_DIR: folder };
    await start(env);
    await register(of('b', 'b-1', ['/b']));
    await leave('b-1');
    const before = await explain('b');
    await restart(env);
    expect((await explain('b')).claims).toEqual(before.claims);
    expect((await register(of('a', 'a-1', ['/b']))).routes).toEqual([]);
    expect((await register(of('b', 'b-2', ['/b']))).routes).toHaveLength(1);
  });

  it('is what the instances of a folder announce that an older version kept, in the order of their registration', async () => {
    const env = { DATA_DIR: folder };
    await cp(join(__dirname, 'samples/format-1'), join(folder, 'registry'), { recursive: true });
    await start(env);
    const { claims } = await explain('product');
    expect(prefixes(claims)).toEqual(['shop/products']);
    const theft = { path_prefix: '/products', host: 'shop' };
    expect((await register(of('a', 'a-1', [theft]))).routes).toEqual([]);
    await restart(env);
    expect((await explain('product')).claims).toMatchObject(prefixesOnly(claims));
  });

  it('is not released because the registry was away for longer than the route memory', async () => {
    const env = { DATA_DIR: folder };
    await start(env);
    await register(of('b', 'b-1', ['/b']));
    await leave('b-1');
    await registry.stop();
    await registry.clock.advance(MEMORY_MS * 2);
    registry = await startRegistry(env, { ...log, clock: registry.clock });
    await registry.clock.advance(20_000);
    expect((await register(of('a', 'a-1', ['/b']))).routes).toEqual([]);
  });

  it('is given to one only of those who ask for it at once, whatever the disk takes', async () => {
    await start({ DATA_DIR: folder });
    const asked = await Promise.all(
      ['/x', '/x/y', '/', '/x', '/x/y/z'].map((prefix, at) => register(of(`s-${at}`, `i-${at}`, [prefix]))),
    );
    expect(asked.filter(({ routes }) => routes.length > 0)).toHaveLength(1);
    expect(asked.filter(({ warnings }) => warnings !== undefined)).toHaveLength(4);
  });

  it('does not keep services waiting for each other that ask for different ones at once', async () => {
    await start({ DATA_DIR: folder });
    const asked = await Promise.all(
      Array.from({ length: 200 }, (_, at) => register(of(`s-${at}`, `i-${at}`, [`/api/s-${at}`]))),
    );
    expect(asked.filter(({ routes }) => routes.length > 0)).toHaveLength(200);
  });

  it('ends at once with an entry of the older calls, whose owner took it off', async () => {
    await start();
    const older = { ttl_seconds: 0, tags: ['older-call'] };
    await register(of('b', 'older-call:b', ['/b'], older));
    await leave('older-call:b');
    expect((await register(of('a', 'a-1', ['/b']))).routes).toHaveLength(1);
  });

  it('does not end with such an entry once a process has announced it', async () => {
    await start();
    await register(of('b', 'older-call:b', ['/b'], { ttl_seconds: 0, tags: ['older-call'] }));
    await register(of('b', 'b-1', ['/b']));
    await leave('b-1');
    await leave('older-call:b');
    expect((await register(of('a', 'a-1', ['/b']))).routes).toEqual([]);
  });

  it('is told of to whoever looks, and to watchers: who holds it, since when, why', async () => {
    await start();
    await register(of('b', 'b-1', ['/b']));
    await register(of('a', 'a-1', ['/b', '/a']));
    expect((await explain('b')).claims).toEqual([
      { path_prefix: '/b', since: expect.any(Number) as number, why: 'It was the first to announce it.' },
    ]);
    const [refused] = (await explain('a')).instances;
    expect(refused?.refused_routes).toMatchObject([{ path_prefix: '/b', code: 'held_by_another' }]);
    expect(refused?.warnings.join()).toContain('b holds /b');

    const { events } = (await registry.get<EventsResponse>('/events?service=a')).body;
    expect(events.map(({ type }) => type)).toEqual(['registered', 'route_refused']);
    expect(log.linesOf('instance_route_refused')).toMatchObject([{ level: 'warn', service_name: 'a' }]);
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/rollcall_registry_instance_changes_total\{.*type="route_refused".*\} 1/);
    expect(metrics).toMatch(/rollcall_registry_route_claims\{?.*\}? 2/);

    await leave('b-1');
    const stream = await registry.watch('services=b');
    const [, snapshot] = await stream.take(2);
    expect(snapshot).toMatchObject({ event: 'snapshot' });
    expect(snapshot?.data as WatchSnapshot).toMatchObject({
      instances: [],
      claims: [{ path_prefix: '/b', unannounced_since: expect.any(Number) as number }],
    });
    stream.close();
  });

  it('is one of a bounded number, of each service and of all', async () => {
    await start({ MAX_ROUTES_PER_SERVICE: '2', MAX_ROUTES: '3' });
    const a = await register(of('a', 'a-1', ['/a1', '/a2', '/a3']));
    expect(prefixes(a.refused_routes)).toEqual(['/a3']);
    expect(a.refused_routes?.[0]).toMatchObject({ code: 'too_many_routes' });
    expect(a.warnings?.[0]).toContain('MAX_ROUTES_PER_SERVICE');
    const b = await register(of('b', 'b-1', ['/b1', '/b2']));
    expect(prefixes(b.routes)).toEqual(['/b1']);
    expect(b.warnings?.[0]).toContain('(MAX_ROUTES)');
  });
});

describe('rights to paths, where tokens are asked for', () => {
  const secret = (name: string) => `${name}-token-of-a-spec`;
  const tokens = (routes: Readonly<Record<string, readonly string[]>>, map: object = {}) =>
    JSON.stringify({
      tokens: ['a', 'b', 'shop'].map((name) => ({
        name,
        token: secret(name),
        scopes: [`write:${name}`, 'read'],
        ...(routes[name] && { routes: routes[name] }),
      })),
      routes: map,
    });
  const file = () => join(folder, 'tokens.json');

  async function startWith(
    routes: Readonly<Record<string, readonly string[]>>,
    map: object = {},
    env: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    await writeFile(file(), tokens(routes, map));
    await start({ REGISTRY_TOKENS_FILE: file(), ...env });
  }
  const ask = (service: string, id: string, ...routes: (string | AnnouncedRoute)[]) =>
    register(of(service, id, routes), secret(service));

  it.each<[string, string | AnnouncedRoute]>([
    ['another name', '/b'],
    ['the root', '/'],
    ['its own name at a foreign host', { path_prefix: '/a', host: 'shop.example' }],
    ['a name that begins like its own', '/ab'],
    ['a spelling of its own name', '/A'],
  ])('a service that is given nothing may not have %s, though nobody holds it', async (_what, route) => {
    await startWith({});
    const { routes, refused_routes: refused, warnings } = await ask('a', 'a-1', route, '/a/b', '/a');
    expect(prefixes(routes)).toEqual(['/a/b', '/a']);
    expect(refused).toMatchObject([{ code: 'not_permitted' }]);
    expect(warnings?.[0]).toContain('REGISTRY_TOKENS_FILE');
  });

  it.each<[string, Readonly<Record<string, readonly string[]>>, object]>([
    ['its token', { shop: ['/', 'shop.example/', '/catalogue/'] }, {}],
    ['the file', {}, { shop: ['/', 'shop.example/', '/catalogue'] }],
    ['both', { shop: ['/'] }, { shop: ['SHOP.example/', '/catalogue'] }],
  ])('a service may have what %s names, and all inside it', async (_by, routes, map) => {
    await startWith(routes, map);
    const wanted = ['/', { path_prefix: '/deep', host: 'shop.example' }, '/catalogue/x'] as const;
    const granted = await ask('shop', 's-1', ...wanted, { path_prefix: '/', host: 'other.example' });
    expect(prefixes(granted.routes)).toEqual(['/', 'shop.example/deep', '/catalogue/x']);
    expect(prefixes(granted.refused_routes)).toEqual(['other.example/']);
  });

  it('a path that is named may lie inside another service’s, and neither is in the other’s way', async () => {
    await startWith({ shop: ['/b/shop'] });
    await ask('b', 'b-1', '/b');
    expect(prefixes((await ask('shop', 's-1', '/b/shop')).routes)).toEqual(['/b/shop']);
    expect(prefixes((await ask('b', 'b-2', '/b', '/b/x')).routes)).toEqual(['/b', '/b/x']);
    expect(prefixes((await ask('b', 'b-3', '/b/shop')).routes)).toEqual([]);
  });

  it('a right does not take a path away from who holds it', async () => {
    await startWith({ a: ['/b'] });
    await ask('b', 'b-1', '/b');
    expect((await ask('a', 'a-1', '/b')).refused_routes?.[0]?.code).toBe('held_by_another');
  });

  it('a service keeps what it held before tokens were asked for, and rights are taken away by naming others', async () => {
    const env = { DATA_DIR: folder };
    await start(env);
    await register(of('shop', 's-1', ['/catalogue']));
    await writeFile(file(), tokens({}));
    await restart({ ...env, REGISTRY_TOKENS_FILE: file() });
    expect(prefixes((await ask('shop', 's-2', '/catalogue', '/catalogue/x')).routes)).toHaveLength(2);
    await writeFile(file(), tokens({ shop: ['/other'] }));
    await restart({ ...env, REGISTRY_TOKENS_FILE: file() });
    expect(prefixes((await ask('shop', 's-3', '/catalogue', '/other')).routes)).toEqual(['/other']);
  });

  it('a right that is given later holds from a heartbeat on, without a restart', async () => {
    await startWith({});
    expect((await ask('a', 'a-1', '/catalogue')).routes).toEqual([]);
    await writeFile(file(), tokens({}, { a: ['/catalogue'] }));
    await registry.clock.advance(5000);
    await eventually(async () => !('warnings' in (await beat('a-1', secret('a'))).body));
  });

  it.each(['products', '', 'a b/c', '/a//b', 'shop.example', '/a/../b', 'http://shop.example/'])(
    'a file with the right %j is refused',
    async (right) => {
      await writeFile(file(), tokens({ a: [right] }));
      await expect(startRegistry({ REGISTRY_TOKENS_FILE: file() }, log)).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringContaining('token a: routes[0] ') as string,
      });
      await start();
    },
  );

  it('one token for all may announce whatever is free', async () => {
    await start({ REGISTRY_TOKEN: 'the-one-token-of-this-spec' });
    const granted = await register(of('shop', 's-1', ['/catalogue', '/']), 'the-one-token-of-this-spec');
    expect(granted.routes).toHaveLength(2);
  });
});
