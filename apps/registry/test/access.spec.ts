import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventsResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';

const TOKENS = {
  reader: 'reader-token-of-a-spec',
  product: 'product-token-of-a-spec',
  order: 'order-token-of-a-spec',
  operator: 'operator-token-of-a-spec',
} as const;
type Bearer = keyof typeof TOKENS;

const tokenFile = (product: string = TOKENS.product): string =>
  JSON.stringify({
    tokens: [
      { name: 'reader', token: TOKENS.reader, scopes: ['read'] },
      { name: 'product-team', token: product, scopes: ['write:product'] },
      { name: 'order-team', token: TOKENS.order, scopes: ['write:order'] },
      { name: 'operator', token: TOKENS.operator, scopes: ['admin'] },
    ],
  });

let folder: string;
let path: string;
let log: RecordingLogger;
let registry: RunningRegistry;
let instance: Instance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-access-'));
  path = join(folder, 'tokens.json');
  await writeFile(path, tokenFile());
  log = createRecordingLogger();
  registry = await startRegistry({ REGISTRY_TOKENS_FILE: path }, log);
  instance = (await as<Instance>('product', 'POST', '/register', product)).body;
});
afterEach(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

const product = { service_name: 'product', url: 'http://product:8081', instance_id: 'p-1' };

function as<T = unknown>(
  bearer: Bearer | undefined,
  method: string,
  route: string,
  body?: unknown,
): Promise<Answer<T>> {
  return withToken(bearer && TOKENS[bearer], method, route, body);
}

function withToken<T = unknown>(
  token: string | undefined,
  method: string,
  route: string,
  body?: unknown,
): Promise<Answer<T>> {
  const headers = new Headers();
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (body === undefined) return registry.call<T>(method, route, { headers });
  headers.set('content-type', 'application/json');
  return registry.call<T>(method, route, { headers, body: JSON.stringify(body) });
}

const outOfService = { status: 'out_of_service', reason: 'new disk' };

/** Every call that takes a token: a bearer that may make it, and one that may not. */
const CALLS: readonly (readonly [string, string, unknown, Bearer, Bearer, string])[] = [
  ['POST', '/register', product, 'product', 'order', 'write:product'],
  ['POST', '/heartbeat', { instance_id: 'p-1' }, 'product', 'order', 'write:product'],
  ['POST', '/heartbeat', { service_name: 'product', url: product.url }, 'product', 'order', 'write:product'],
  ['POST', '/deregister', { instance_id: 'p-1' }, 'product', 'order', 'write:product'],
  ['GET', '/instances/p-1/session?epoch=1', undefined, 'product', 'order', 'write:product'],
  ['POST', '/instances/p-1/drain?wait_ms=0', {}, 'product', 'order', 'write:product'],
  ['PUT', '/instances/p-1/override', outOfService, 'operator', 'product', 'admin'],
  ['DELETE', '/instances/p-1/override', undefined, 'operator', 'product', 'admin'],
  ['POST', '/services/product/guard/release', undefined, 'operator', 'product', 'admin'],
  ['GET', '/discover/product', undefined, 'reader', 'product', 'read'],
  ['GET', '/explain/product', undefined, 'reader', 'product', 'read'],
  ['GET', '/instances/p-1/drain', undefined, 'reader', 'product', 'read'],
  ['GET', '/registry', undefined, 'reader', 'product', 'read'],
  ['GET', '/explain', undefined, 'reader', 'operator', 'read'],
  ['GET', '/services', undefined, 'reader', 'operator', 'read'],
  ['GET', '/events', undefined, 'reader', 'operator', 'read'],
  ['GET', '/watch?services=*', undefined, 'reader', 'product', 'read'],
];

/** Streams never end: a HEAD asks the same without one. */
const methodOf = (method: string, route: string): string =>
  /session|watch/.test(route) && method === 'GET' ? 'HEAD' : method;

describe.each(CALLS)('%s %s %j', (method, route, body, may, mayNot, scope) => {
  const [routePath] = route.split('?', 1);

  it('is refused without a token, and with one that nobody has', async () => {
    const none = await as(undefined, method, route, body);
    expect(none).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="rollcall"');
    const unknown = await withToken('a-token-that-nobody-has', method, route, body);
    expect(unknown).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(unknown.headers.get('www-authenticate')).toContain('error="invalid_token"');

    const audited = { method, path: routePath, remote_address: '127.0.0.1' };
    expect(log.linesOf('access_denied')).toMatchObject([
      { ...audited, reason: 'no_token' },
      { ...audited, reason: 'unknown_token' },
    ]);
  });

  it('is refused to a bearer of another scope, and changes nothing', async () => {
    const answer = await as(mayNot, method, route, body);
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
    expect(log.linesOf('access_denied')).toMatchObject([
      { method, path: routePath, reason: 'insufficient_scope', needed_scope: scope },
    ]);
    expect((await as<EventsResponse>('reader', 'GET', '/events')).body.revision).toBe(instance.revision);
  });

  it('is open to a bearer of its scope', async () => {
    const { status } = await as(may, methodOf(method, route), route, body);
    expect([200, 204]).toContain(status);
    expect(log.linesOf('access_denied')).toEqual([]);
  });
});

describe('tokens', () => {
  it('are looked at before the body is', async () => {
    expect((await as(undefined, 'POST', '/register', { colour: 'blue' })).status).toBe(401);
    expect((await as('reader', 'POST', '/register', { colour: 'blue' })).status).toBe(403);
    expect((await as('product', 'POST', '/register', { colour: 'blue' })).status).toBe(400);
  });

  it.each(['/livez', '/readyz', '/health', '/metrics'])('are not asked for at %s', async (route) => {
    expect((await as(undefined, 'GET', route)).status).toBe(200);
  });

  it('are not asked for where the secret of a stream is', async () => {
    const ack = { subscriber: randomUUID(), stream_secret: 'guessed', revision: 1 };
    expect(await as(undefined, 'POST', '/acks', ack)).toMatchObject({ body: { code: 'SUBSCRIBER_UNKNOWN' } });
  });

  it('are of no help to whoever does not know that secret', async () => {
    const subscriber = randomUUID();
    const headers = { authorization: `Bearer ${TOKENS.reader}` };
    const gone = new AbortController();
    const watch = await fetch(`${registry.url}/watch?services=*&subscriber=${subscriber}`, {
      headers,
      signal: gone.signal,
    });
    const ack = { subscriber, stream_secret: 'guessed', revision: 1 };
    expect(await as('operator', 'POST', '/acks', ack)).toMatchObject({
      status: 403,
      body: { code: 'STREAM_SECRET_WRONG' },
    });
    expect(log.linesOf('access_denied')).toMatchObject([
      { method: 'POST', path: '/acks', reason: 'wrong_stream_secret', remote_address: '127.0.0.1' },
    ]);
    expect(watch.status).toBe(200);
    gone.abort();
  });

  it('are counted when they do not suffice, by why', async () => {
    await as(undefined, 'POST', '/register', product);
    await as('order', 'POST', '/register', product);
    const metrics = await registry.metrics();
    for (const reason of ['no_token', 'insufficient_scope'])
      expect(metrics).toMatch(
        new RegExp(`^rollcall_registry_access_denied_total\\{reason="${reason}".*\\} 1$`, 'm'),
      );
  });

  it('say who did what', async () => {
    await as('product', 'POST', '/deregister', { instance_id: 'p-1' });
    const { events } = (await as<EventsResponse>('reader', 'GET', '/events')).body;
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['registered', 'product-team'],
      ['deregistered', 'product-team'],
    ]);
  });

  it('are never in the log', async () => {
    await withToken('a-token-that-nobody-has', 'POST', '/register', product);
    expect(JSON.stringify(log.linesOf('access_denied'))).not.toContain('a-token-that-nobody-has');
  });

  it('rotate without a restart, and a file that went bad changes nothing', async () => {
    const young = 'product-token-of-tomorrow';
    await writeFile(path, tokenFile(young));
    await eventually(async () => {
      await registry.clock.advance(5000);
      return (await withToken(young, 'POST', '/heartbeat', { instance_id: 'p-1' })).status === 200;
    });
    expect((await as('product', 'POST', '/heartbeat', { instance_id: 'p-1' })).status).toBe(401);

    await writeFile(path, '{"tokens":');
    await eventually(async () => {
      await registry.clock.advance(5000);
      return log.linesOf('tokens_refused').length > 0;
    });
    expect((await withToken(young, 'POST', '/register', product)).status).toBeLessThan(300);
  });
});

describe('a registry', () => {
  it('with one token takes it for everything', async () => {
    const shared = await startRegistry({ REGISTRY_TOKEN: TOKENS.operator });
    const headers = { authorization: `Bearer ${TOKENS.operator}`, 'content-type': 'application/json' };
    expect((await shared.call('POST', '/register', { headers, body: JSON.stringify(product) })).status).toBe(
      201,
    );
    expect((await shared.call('GET', '/services', { headers })).status).toBe(200);
    expect((await shared.get('/services')).status).toBe(401);
    await shared.stop();
  });

  it('that is open to everybody says so', async () => {
    const recording = createRecordingLogger();
    const open = await startRegistry({}, recording);
    expect(recording.linesOf('access_open')).toHaveLength(1);
    await open.stop();
  });

  it('does not start without tokens that can be used', async () => {
    await writeFile(path, '{}');
    await expect(startRegistry({ REGISTRY_TOKENS_FILE: path })).rejects.toMatchObject({
      name: 'ConfigError',
    });
  });
});
