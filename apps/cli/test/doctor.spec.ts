import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ServicesResponse } from '@rollcall/contracts';
import { closedPort, eventually } from '@rollcall/testing';
import type { Diagnosis } from '@rollcall/diagnosis';
import { run } from './capture';
import { useGateway } from './real-gateway';
import { useRegistry } from './real-registry';

const registry = useRegistry();
const gateway = useGateway(registry);
const closed = useRegistry({ REGISTRY_AUTH: 'on', REGISTRY_TOKEN: 'a-token-for-everything' });

interface Doctored extends Diagnosis {
  readonly code: number;
}

async function doctor(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Doctored> {
  const { code, stdout, stderr } = await run(['doctor', '-o', 'json', ...args], {
    env: { REGISTRY_URL: registry.url, GATEWAY_ADMIN_URL: gateway.adminUrl, ...env },
  });
  expect(stderr).toBe('');
  // The shape is the command's own, which the compiler holds it to.
  return { ...(JSON.parse(stdout) as Diagnosis), code };
}
const wrong = ({ checks }: Diagnosis) => checks.filter(({ level }) => level !== 'ok');
const idsOf = (diagnosis: Diagnosis) => wrong(diagnosis).map(({ id }) => id);

const PATIENCE = { timeoutMs: 30_000, everyMs: 100 };
/** What a machine with too much to do is rightly told of. */
const OF_SPEED: ReadonlySet<string> = new Set(['propagation', 'clocks', 'event_loop']);

/** A gateway is registered by itself, a moment after it is ready. */
beforeAll(() =>
  eventually(async () => {
    const { services } = (await (await registry.call('GET', '/services')).json()) as { services: object };
    return 'gateway' in services;
  }),
);

it('finds nothing wrong with a registry and a gateway that are well', async () => {
  // The gateway's session opens a moment after it is registered.
  const diagnosis = await eventually(async () => {
    const { checks, ...more } = await doctor();
    expect(wrong({ checks, ...more }).filter(({ id }) => !OF_SPEED.has(id))).toEqual([]);
    return { checks, ...more };
  }, PATIENCE);
  expect(diagnosis).toMatchObject({ code: 0, ok: true, failures: 0 });
  expect(diagnosis.checks.length).toBeGreaterThan(20);
  // What is read from metrics has been there to read.
  const examined = diagnosis.checks.map(({ id }) => id);
  expect(examined).toEqual(expect.arrayContaining(['watcher_lag', 'stale', 'held']));
});

it('says in a strict look why this is not production, and fails', async () => {
  const diagnosis = await doctor(['--strict', '--self'], { NODE_ENV: 'test' });
  expect(diagnosis).toMatchObject({ code: 1, ok: false, strict: true });
  expect(idsOf(diagnosis)).toEqual(expect.arrayContaining(['durable', 'alone', 'labels', 'node_env']));
  for (const { mend } of wrong(diagnosis)) expect(mend).toMatch(/\S/);
});

it('finds each fault that is made', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;
  const routes = [{ path_prefix: '/shop' }];
  await registry.register({ service_name: 'shop', instance_id: 's-1', url, ttl_seconds: 0, routes });
  // One without a session, at the same address and with the same path.
  await registry.register({ service_name: 'thief', instance_id: 't-1', url, ttl_seconds: 600, routes });
  await registry.call('PUT', '/instances/t-1/override', { status: 'out_of_service', reason: 'test' });
  await eventually(async () => (await gateway.upstream('s-1')) !== undefined);
  const rollcall = { env: { GATEWAY_ADMIN_URL: gateway.adminUrl } };
  expect((await run(['eject', 's-1', '--reason', 'slow'], rollcall)).code).toBe(0);

  // It takes the registry a second to notice that the address is dead.
  const made = ['traffic', 'warnings', 'sessions', 'leases', 'routes_refused', 'addresses', 'ejections'];
  const diagnosis = await eventually(async () => {
    const found = await doctor();
    expect(idsOf(found)).toEqual(expect.arrayContaining(made));
    return found;
  }, PATIENCE);
  expect(diagnosis.code).toBe(1);
  expect(diagnosis.checks.find(({ id }) => id === 'traffic')?.text).toContain('thief');

  const { stdout } = await run(['doctor', '--short'], { env: { REGISTRY_URL: registry.url } });
  expect(stdout).toMatch(/✕ fail +traffic/);
  expect(stdout).not.toContain('✓ ok');
  expect(stdout).toMatch(/^mend traffic: /m);
});

it('says that no registry answers, and goes on with what there is', async () => {
  const diagnosis = await doctor([], { REGISTRY_URL: `http://127.0.0.1:${await closedPort()}` });
  expect(diagnosis.code).toBe(1);
  expect(idsOf(diagnosis)).toContain('registry_reachable');
  expect(diagnosis.left_out).toContain('store');
  expect(diagnosis.checks.map(({ id }) => id)).toContain('gateways_reachable');
});

it('says that something else answers in its place', async () => {
  const server = createServer((_request, response) =>
    response.writeHead(200, { date: new Date(0).toUTCString(), 'content-type': 'text/html' }).end('<p>hello'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server on a port of its own has such an address.
  const { port } = server.address() as AddressInfo;
  const diagnosis = await doctor([], { REGISTRY_URL: `http://127.0.0.1:${port}` });
  server.close();
  // Its clock is that of 1970.
  expect(idsOf(diagnosis)).toEqual(expect.arrayContaining(['registry_reachable', 'clocks']));
  expect(diagnosis.left_out).toContain('store');
  expect(diagnosis.code).toBe(1);
});

it.each([
  ['no token', {}, /none is set/],
  ['a token that is not known', { REGISTRY_TOKEN: 'another' }, /not known/],
])('says what is wrong with %s', async (_what, env, text) => {
  const diagnosis = await doctor([], { REGISTRY_URL: closed.url, ...env });
  const { level, text: found } = diagnosis.checks.find(({ id }) => id === 'token') ?? {};
  expect({ level, found }).toEqual({ level: 'fail', found: expect.stringMatching(text) });
  expect(diagnosis.code).toBe(1);
});

it('finds the token that is known', async () => {
  const { checks } = await doctor([], { REGISTRY_URL: closed.url, REGISTRY_TOKEN: 'a-token-for-everything' });
  expect(checks.find(({ id }) => id === 'token')).toMatchObject({ level: 'ok' });
  expect(checks.find(({ id }) => id === 'auth')).toMatchObject({ level: 'ok' });
});

it('does not miss the gateway among what the gateway knows, once it is listed for long enough to be judged', async () => {
  await eventually(async () => {
    // The registry's own specs hold its answers against their schema.
    const { services } = (await (await registry.call('GET', '/services')).json()) as ServicesResponse;
    const registeredAt = services['gateway']?.[0]?.registered_at ?? Infinity;
    return Date.now() / 1000 - registeredAt > 11;
  }, PATIENCE);
  // What leaves the list meanwhile is with the gateway a moment later.
  await eventually(async () => {
    const { checks } = await doctor();
    expect(checks.find(({ id }) => id === 'synced')).toMatchObject({ level: 'ok' });
    return true;
  }, PATIENCE);
});
