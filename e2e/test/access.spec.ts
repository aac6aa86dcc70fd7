import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoverResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json, request } from '../src/expect-answer';

const TOKENS = {
  reader: 'reader-token-of-an-e2e',
  product: 'product-token-of-an-e2e',
  hello: 'hello-token-of-an-e2e',
  operator: 'operator-token-of-an-e2e',
} as const;
type Bearer = keyof typeof TOKENS;

const SCOPES: Readonly<Record<Bearer, readonly string[]>> = {
  reader: ['read'],
  product: ['write:product'],
  hello: ['write:hello'],
  operator: ['admin'],
};

const SUBSCRIBER = '11111111-2222-4333-8444-555555555555';
const product = { service_name: 'product', url: 'http://203.0.113.7:8081', instance_id: 'p-1' };
const outOfService = { status: 'out_of_service', reason: 'new disk' };

/** What strangers must not do, and whose token is of no help. */
const CALLS: readonly (readonly [string, string, unknown, Bearer])[] = [
  ['POST', '/register', product, 'hello'],
  ['POST', '/heartbeat', { instance_id: 'p-1' }, 'hello'],
  ['POST', '/deregister', { instance_id: 'p-1' }, 'hello'],
  ['GET', '/instances/p-1/session?epoch=1', undefined, 'hello'],
  ['POST', '/instances/p-1/drain?wait_ms=0', {}, 'hello'],
  ['PUT', '/instances/p-1/override', outOfService, 'product'],
  ['GET', '/watch?services=*', undefined, 'product'],
];

describe('a registry that is closed to strangers', () => {
  let registry: AppProcess;
  let folder: string;
  const services: AppProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
    const bearers = ['reader', 'product', 'hello', 'operator'] as const;
    const tokens = bearers.map((name) => ({ name, token: TOKENS[name], scopes: SCOPES[name] }));
    const file = join(folder, 'tokens.json');
    await writeFile(file, JSON.stringify({ tokens }));
    // Production, as it is there that log lines are read by machines.
    const env = { NODE_ENV: 'production', DATA_DIR: 'off', REGISTRY_TOKENS_FILE: file };
    registry = startApp({ app: 'registry', port: await freePort(), env });
    await registry.ready();
    await expectAnswer(`${registry.url}/register`, 201, by('product', json('POST', product)));
  });

  afterAll(async () => {
    await Promise.all([registry, ...services].map((one) => one.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  function by(bearer: Bearer | undefined, init: RequestInit): RequestInit {
    const headers = new Headers(init.headers);
    if (bearer !== undefined) headers.set('authorization', `Bearer ${TOKENS[bearer]}`);
    return { ...init, headers };
  }

  const statusOf = async (method: string, path: string, body: unknown, bearer?: Bearer): Promise<number> =>
    (await request(registry.url + path, by(bearer, body === undefined ? { method } : json(method, body))))
      .status;

  /** The audit's lines of one path, without what is the same in all log lines. */
  const denials = (path: string): readonly unknown[] =>
    registry
      .output()
      .split('\n')
      .filter((line) => line.includes('"access_denied"'))
      .map((line): unknown => JSON.parse(line))
      .filter((line) => typeof line === 'object' && line !== null && 'path' in line && line.path === path);

  test.each(CALLS)('refuses %s %s, and leaves a line for the audit', async (method, route, body, other) => {
    expect(await statusOf(method, route, body)).toBe(401);
    expect(await statusOf(method, route, body, other)).toBe(403);
    const [path = ''] = route.split('?');
    await eventually(() => denials(path).length === 2);
    expect(denials(path)).toMatchObject([
      { event: 'access_denied', method, reason: 'no_token', remote_address: '127.0.0.1' },
      { event: 'access_denied', method, reason: 'insufficient_scope', actor: other },
    ]);
  });

  test('refuses an acknowledgement by whoever does not know the secret of the stream', async () => {
    const gone = new AbortController();
    const watched = `${registry.url}/watch?services=product&subscriber=${SUBSCRIBER}`;
    const watch = await fetch(watched, by('reader', { signal: gone.signal }));
    expect(watch.status).toBe(200);
    const ack = { subscriber: SUBSCRIBER, stream_secret: 'guessed', revision: 1 };
    expect(await statusOf('POST', '/acks', ack, 'operator')).toBe(403);
    await eventually(() => denials('/acks').length === 1);
    expect(denials('/acks')).toMatchObject([{ reason: 'wrong_stream_secret' }]);
    gone.abort();
  });

  test('changed nothing for all of that, counted it, and wrote no token down', async () => {
    const answer = await expectAnswer(`${registry.url}/discover/product`, 200, by('reader', {}));
    // The registry's answers are checked against their schema in its own specs.
    const { instances } = answer as DiscoverResponse;
    expect(instances).toMatchObject([{ instance_id: 'p-1', status: 'up', epoch: 1, revision: 1 }]);
    const metrics = (await request(`${registry.url}/metrics`)).text;
    const counted = [...metrics.matchAll(/^rollcall_registry_access_denied_total\{.*\} (\d+)$/gm)];
    expect(counted.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(2 * CALLS.length + 1);
    for (const token of Object.values(TOKENS)) expect(registry.output()).not.toContain(token);
  });

  test('lists a service that has its token, and tells one that has another’s', async () => {
    const env = { DATA_DIR: 'off', REGISTRY_URL: registry.url, ADVERTISE_URL: 'http://203.0.113.9:9090' };
    for (const token of [TOKENS.product, TOKENS.hello])
      services.push(
        startApp({ app: 'hello', port: await freePort(), env: { ...env, REGISTRY_TOKEN: token } }),
      );
    const [refused, listed] = services;
    await eventually(() => refused?.output().includes('lacks the scope write:hello'), { timeoutMs: 30_000 });
    await eventually(() => listed?.output().includes('registered as http://203.0.113.9:9090'), {
      timeoutMs: 30_000,
    });
  });
});
