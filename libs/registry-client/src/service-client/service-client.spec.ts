import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  closedPort,
  eventually,
  startHangingServer,
  startRawServer,
  startResettingServer,
  startThreadedPeer,
  timeScale,
} from '@rollcall/testing';
import type { AxiosInstance } from 'axios';
import { createFakeRegistry, createFixedResolver, type FixedResolver } from '../testing';
import { createResolver } from '../resolver/resolver';
import { createServiceClient } from './service-client';
import type { ServiceClientOptions } from './service-client-options';
import { SERVICE_CLIENT_ERROR } from './service-client-error';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Service {
  readonly url: string;
  readonly requests: IncomingMessage[];
  readonly connections: number;
}

async function startService(
  answer: RequestListener = (_request, response) => response.end('{}'),
): Promise<Service> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
  };
}

function json(body: unknown, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

function clientOf(
  resolver: ServiceClientOptions['resolver'],
  options: Partial<ServiceClientOptions> = {},
): AxiosInstance {
  return createServiceClient({ resolver, serviceName: 'product', timeoutMs: 5000 * timeScale, ...options });
}

function at(...urls: string[]): FixedResolver {
  return createFixedResolver({ product: urls });
}

async function closedUrl(): Promise<string> {
  return `http://127.0.0.1:${await closedPort()}`;
}

describe('a call', () => {
  it.each(['GET', 'POST'])(
    'by %s that is answered while this process is stalled is answered in time',
    async (method) => {
      const instance = await startThreadedPeer();
      cleanups.push(() => instance.stop());
      const timeoutMs = 1000;
      const client = clientOf(at(`http://127.0.0.1:${instance.port}`), { timeoutMs });

      const call = client.request({ method, url: '/products' });
      await eventually(() => instance.received().includes('/products'));
      await instance.writeDuringStall('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', 2 * timeoutMs);
      expect((await call).status).toBe(200);
    },
  );

  it('goes to an instance found by name, and is answered as axios answers', async () => {
    const service = await startService(json({ id: 7 }));
    const client = clientOf(at(service.url));

    const response = await client.post('/products', { name: 'Tea' }, { params: { dry: 1 } });

    expect(response).toMatchObject({ status: 200, data: { id: 7 } });
    expect(response.config.url).toBe('/products');
    expect(service.requests[0]).toMatchObject({ method: 'POST', url: '/products?dry=1' });
  });

  it('is spread evenly over the instances, and keeps its connections', async () => {
    const services = await Promise.all([startService(), startService(), startService()]);
    const client = clientOf(at(...services.map((service) => service.url)));

    for (let sent = 0; sent < 30; sent += 1) await client.get('/');

    expect(services.map((service) => service.requests.length)).toEqual([10, 10, 10]);
    expect(services.map((service) => service.connections)).toEqual([1, 1, 1]);
  });

  it('goes to one instance with all others of its key', async () => {
    const services = await Promise.all([1, 2, 3].map(() => startService()));
    const client = clientOf(at(...services.map(({ url }) => url)), {
      picker: 'ring_hash',
      hashKey: ({ url }) => url,
    });
    for (let sent = 0; sent < 6; sent += 1) await client.get('/products/7');
    expect(services.map(({ requests }) => requests.length).sort()).toEqual([0, 0, 6]);
  });

  it('follows what the resolver learns', async () => {
    const [before, after] = await Promise.all([startService(), startService()]);
    const resolver = at(before.url);
    const client = clientOf(resolver);
    await client.get('/');

    resolver.set('product', [after.url]);
    await client.get('/');

    expect([before.requests.length, after.requests.length]).toEqual([1, 1]);
  });

  it('works from registration to answer with a real registry protocol', async () => {
    const service = await startService(json([1, 2]));
    const registry = createFakeRegistry();
    await registry.start();
    cleanups.push(() => registry.stop());
    const resolver = createResolver({ registryUrls: [registry.url] });
    await resolver.start();
    cleanups.push(() => resolver.stop());
    registry.list({ service_name: 'product', url: service.url });

    expect((await clientOf(resolver).get('/products')).data).toEqual([1, 2]);
  });

  it('carries the headers of its context, what is left of its time, and its own headers above all', async () => {
    const service = await startService();
    const headers = (): Record<string, string> => ({ 'X-Request-Id': 'r-1', traceparent: '00-a-b-01' });
    const client = clientOf(at(service.url), { headers, timeoutMs: 40_000, remainingMs: () => 15_000 });

    await client.get('/', { headers: { 'x-request-id': 'mine' } });

    const sent = service.requests[0]?.headers ?? {};
    expect(sent).toMatchObject({ 'x-request-id': 'mine', traceparent: '00-a-b-01' });
    expect(Number(sent['rollcall-timeout-ms'])).toBeGreaterThan(1000);
    expect(Number(sent['rollcall-timeout-ms'])).toBeLessThanOrEqual(15_000);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await startService();
    const service = await startService((_request, response) =>
      response.writeHead(302, { location: elsewhere.url }).end(),
    );
    const client = clientOf(at(service.url));

    await expect(client.get('/')).rejects.toMatchObject({
      code: 'ERR_BAD_RESPONSE',
      response: { status: 302 },
    });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('does not go where its url, baseURL or socketPath would lead', async () => {
    const service = await startService();
    const elsewhere = await startService();
    const client = clientOf(at(service.url));

    await expect(client.get(elsewhere.url)).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.badPath });
    await client.get('/', { baseURL: elsewhere.url, socketPath: '/tmp/elsewhere.sock' });

    expect([service.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });

  it('does not go to an address that only we can reach', async () => {
    const client = clientOf(at('http://169.254.169.254'));

    await expect(client.get('/latest/meta-data')).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.unreachable,
      cause: { code: 'FORBIDDEN_ADDRESS' },
    });
  });

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://localhost', 'http://[::ffff:127.0.0.1]'])(
    'does not go to %s where loopback is forbidden, unless its network is allowed',
    async (origin) => {
      const service = await startService();
      const url = `${origin}:${new URL(service.url).port}`;

      await expect(clientOf(at(url), { forbidLoopback: true }).get('/')).rejects.toMatchObject({
        code: SERVICE_CLIENT_ERROR.unreachable,
        cause: { code: 'FORBIDDEN_ADDRESS' },
      });
      expect(service.requests).toHaveLength(0);

      const allowed = clientOf(at(service.url), { forbidLoopback: true, allowedCidrs: ['127.0.0.0/8'] });
      expect((await allowed.get('/')).status).toBe(200);
    },
  );

  it('refuses to be created with what is not a network', () => {
    expect(() => clientOf(at(), { allowedCidrs: ['10.0.0.0/33'] })).toThrow(
      'allowedCidrs: "10.0.0.0/33" is neither',
    );
  });

  it('lets an answer with a bad status through, and does not repeat it', async () => {
    const service = await startService(json({ code: 'NOT_FOUND' }, 404));
    const client = clientOf(at(service.url));

    await expect(client.get('/products/9')).rejects.toMatchObject({
      code: 'ERR_BAD_REQUEST',
      response: { status: 404, data: { code: 'NOT_FOUND' } },
      config: { url: '/products/9' },
    });
    expect((await client.get('/', { validateStatus: null })).status).toBe(404);
    expect(service.requests).toHaveLength(2);
  });

  it('streams an answer, also past the deadline of its beginning', async () => {
    let finish: (() => unknown) | undefined;
    const service = await startService((_request, response) => {
      response.write('first ');
      finish = () => response.end('last');
    });
    const client = clientOf(at(service.url), { timeoutMs: 200 * timeScale });

    const { data } = await client.get<Readable>('/', { responseType: 'stream' });
    const began = performance.now();
    await eventually(() => performance.now() - began > 300 * timeScale);
    finish?.();

    expect(await text(data)).toBe('first last');
  });
});

describe('another attempt', () => {
  it.each(['GET', 'POST'])('is made for a %s that was refused, on another instance', async (method) => {
    const service = await startService();
    const client = clientOf(at(await closedUrl(), await closedUrl(), service.url));

    for (let sent = 0; sent < 10; sent += 1)
      await client.request({ method, url: '/', data: { n: sent }, timeout: 3000 });

    expect(service.requests).toHaveLength(10);
  });

  it('is made for a POST that got no connection in time', async () => {
    const service = await startService();
    // TEST-NET-1 (RFC 5737): packets to it go nowhere, or are rejected on the way.
    const client = clientOf(at('http://192.0.2.1:81', service.url), { connectTimeoutMs: 100 * timeScale });

    await Promise.all([client.post('/', {}), client.post('/', {})]);

    expect(service.requests).toHaveLength(2);
  });

  it('is made for a GET whose connection was reset, and not for such a POST', async () => {
    const resetting = await startResettingServer();
    const service = await startService();
    cleanups.push(() => resetting.close());
    const client = clientOf(at(resetting.url, service.url));

    for (let sent = 0; sent < 4; sent += 1) await client.get('/');
    expect(resetting.connections).toBeGreaterThan(0);
    const posts = await Promise.allSettled(Array.from({ length: 4 }, () => client.post('/', {})));

    const failed = posts.filter((post) => post.status === 'rejected');
    expect(failed).toHaveLength(2);
    expect(failed[0]?.reason).toMatchObject({
      code: SERVICE_CLIENT_ERROR.reset,
      cause: { code: 'ECONNRESET' },
    });
    expect(service.requests.filter((request) => request.method === 'POST')).toHaveLength(2);
  });

  it('is made for a POST that was reset when it bears a key and the service honours keys', async () => {
    const resetting = await startResettingServer();
    const service = await startService();
    cleanups.push(() => resetting.close());
    const given = at(resetting.url, service.url);
    const headers = { 'Idempotency-Key': 'order-1' };

    const client = clientOf(given, { retryByKey: true });
    for (let sent = 0; sent < 4; sent += 1) await client.post('/', { sent }, { headers });
    expect(resetting.connections).toBeGreaterThan(0);
    expect(service.requests).toHaveLength(4);

    const plain = clientOf(given);
    const posts = await Promise.allSettled([1, 2].map(() => plain.post('/', {}, { headers })));
    expect(posts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is made on a fresh connection when the only instance closed those that were idle', async () => {
    const used = new Set<unknown>();
    const service = await startService((request, response) => {
      // The keep-alive race: the connection dies as a second request arrives on it.
      if (used.has(request.socket)) request.socket.resetAndDestroy();
      else response.end('{}');
      used.add(request.socket);
    });
    const client = clientOf(at(service.url));
    await Promise.all([client.get('/'), client.get('/'), client.get('/')]);
    expect(service.connections).toBe(3);

    await client.get('/');

    expect(service.requests).toHaveLength(5);
    expect(service.connections).toBe(4);
  });

  it('is made elsewhere for a GET when an instance hangs and attempts have a limit', async () => {
    const hanging = await startHangingServer();
    cleanups.push(() => hanging.close());
    const service = await startService();
    const client = clientOf(at(hanging.url, service.url), { attemptTimeoutMs: 100 * timeScale });

    await Promise.all([client.get('/'), client.get('/')]);

    expect(service.requests).toHaveLength(2);
  });

  it('is made for a GET when what came back was not HTTP or broke off', async () => {
    const nonsense = await startRawServer('SSH-2.0-OpenSSH_9.2\r\n');
    const broken = await startRawServer('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
    cleanups.push(
      () => nonsense.close(),
      () => broken.close(),
    );
    const service = await startService(json('whole'));
    const client = clientOf(at(nonsense.url, broken.url, service.url));

    for (let sent = 0; sent < 6; sent += 1) expect((await client.get('/')).data).toBe('whole');
    await expect(clientOf(at(nonsense.url)).get('/')).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.badResponse,
    });
  });

  it('is not made with a body that can be read only once', async () => {
    const client = clientOf(at(await closedUrl(), await closedUrl()));

    const error = await client.post('/', Readable.from(['once'])).catch((failure: unknown) => failure);

    expect(error).toMatchObject({ code: SERVICE_CLIENT_ERROR.unreachable });
  });

  it('ends with the last failure and its cause when there is nobody left to try', async () => {
    const url = await closedUrl();
    const client = clientOf(at(url));

    await expect(client.get('/')).rejects.toMatchObject({
      isAxiosError: true,
      code: SERVICE_CLIENT_ERROR.unreachable,
      message: expect.stringContaining(`product at ${url}`),
      cause: { code: 'ECONNREFUSED' },
      config: { url: '/' },
    });
  });
});

describe('without an answer', () => {
  it('a call fails when its time is up, with the time-out of the request above the client’s', async () => {
    const hanging = await startHangingServer();
    cleanups.push(() => hanging.close());
    const client = clientOf(at(hanging.url), { timeoutMs: 60_000 });

    const began = performance.now();
    await expect(client.get('/', { timeout: 150 })).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.timedOut,
    });

    // Long before the time of the client.
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('a call fails when its answer trickles past the deadline', async () => {
    const service = await startService((_request, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.once('close', () => clearInterval(drip));
    });

    await expect(clientOf(at(service.url), { timeoutMs: 200 }).get('/')).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.timedOut,
    });
  });

  it('a call ends as cancelled when its caller aborts, before and during it', async () => {
    const hanging = await startHangingServer();
    cleanups.push(() => hanging.close());
    const client = clientOf(at(hanging.url));
    const abort = new AbortController();

    const during = client.get('/', { signal: abort.signal });
    await eventually(() => hanging.connections === 1);
    abort.abort();

    await expect(during).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    await expect(client.get('/', { signal: abort.signal })).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    expect(hanging.connections).toBe(1);
  });

  it('a call leaves nothing on a signal that outlives it', async () => {
    const service = await startService();
    const { signal } = new AbortController();
    const client = clientOf(at(service.url));

    await client.get('/', { signal });
    const { data } = await client.get<Readable>('/', { signal, responseType: 'stream' });
    await text(data);

    await eventually(() => getEventListeners(signal, 'abort').length === 0);
  });

  it('a call says that nobody is listed, or that it does not know', async () => {
    const resolver = at();
    const client = clientOf(resolver);
    await expect(client.get('/')).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.noInstance });

    resolver.tell('product', { state: 'failed', error: { code: 'ECONNREFUSED', message: 'no registry' } });

    await expect(client.get('/')).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.unresolved,
      message: expect.stringContaining('no registry'),
    });
  });

  it('calls go on to what was last known while the registry is away', async () => {
    const service = await startService();
    const resolver = at(service.url);
    const client = clientOf(resolver);
    const known = resolver.current('product');
    if (!('snapshot' in known)) throw new Error('it is known');

    resolver.tell('product', { state: 'stale', snapshot: known.snapshot, since: Date.now() });

    await client.get('/');
  });
});

describe('what is held in memory has a limit', () => {
  const mebibyte = 'x'.repeat(1024 * 1024);

  /** Writes for as long as somebody reads. @returns how many bytes were taken, once it is over */
  function endlessly(response: ServerResponse, headers: Record<string, string> = {}): Promise<number> {
    response.writeHead(200, { 'content-type': 'text/plain', ...headers });
    let written = 0;
    const writeOn = (): void => {
      while (!response.destroyed && response.write(mebibyte)) written += mebibyte.length;
    };
    response.on('drain', writeOn);
    const closed = new Promise<number>((resolve) => response.once('close', () => resolve(written)));
    writeOn();
    return closed;
  }

  it('an answer without end is given up at 10 MiB, is not asked for elsewhere, and its connection is closed', async () => {
    let taken: Promise<number> | undefined;
    const endless: RequestListener = (_request, response) => {
      taken = endlessly(response);
    };
    const [one, other] = [await startService(endless), await startService(endless)];

    await expect(clientOf(at(one.url, other.url)).get('/')).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.answerTooLarge,
      message:
        'the answer is longer than 10485760 bytes (maxResponseBytes); raise the limit, or stream the answer',
    });

    expect(await taken).toBeLessThan(64 * 1024 * 1024);
    expect(one.requests.length + other.requests.length).toBe(1);
  });

  it('a compressed answer counts by what it unfolds to', async () => {
    const bomb = gzipSync(Buffer.alloc(4 * 1024 * 1024));
    const service = await startService((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );

    const client = clientOf(at(service.url), { maxResponseBytes: 1024 * 1024 });

    expect(bomb.length).toBeLessThan(8192);
    await expect(client.get('/')).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.answerTooLarge });
  });

  it.each([200, 503])('an answer with status %i of just the limit is read', async (status) => {
    const service = await startService((_request, response) =>
      response.writeHead(status).end('x'.repeat(1000)),
    );
    const client = clientOf(at(service.url), { maxResponseBytes: 1000 });

    expect(await client.get('/', { validateStatus: () => true })).toMatchObject({
      status,
      data: 'x'.repeat(1000),
    });
    await expect(client.get('/', { maxContentLength: 999 })).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.answerTooLarge,
    });
  });

  it("a request's own limit wins, and a streamed answer has none", async () => {
    const service = await startService((_request, response) => response.end('x'.repeat(5000)));
    const client = clientOf(at(service.url), { maxResponseBytes: 1000 });

    expect((await client.get<string>('/', { maxContentLength: Infinity })).data).toHaveLength(5000);
    const { data } = await client.get<Readable>('/', { responseType: 'stream' });
    expect(await text(data)).toHaveLength(5000);
  });

  it('answers that are too long do not count against the instance or the circuit', async () => {
    const service = await startService((request, response) =>
      response.end('x'.repeat(request.url === '/long' ? 5000 : 5)),
    );
    const client = clientOf(at(service.url), { maxResponseBytes: 1000 });

    for (let call = 1; call <= 12; call += 1) await client.get('/long').catch(() => undefined);

    expect((await client.get<string>('/')).data).toBe('xxxxx');
  });

  it.each([
    ['text', 'x'.repeat(1001)],
    ['JSON', { text: 'x'.repeat(1000) }],
    ['bytes', Buffer.alloc(1001)],
  ])('a body of %s that is too long is never sent', async (_kind, body) => {
    const service = await startService();
    const client = clientOf(at(service.url), { maxRequestBytes: 1000 });

    await expect(client.post('/', body)).rejects.toMatchObject({
      code: SERVICE_CLIENT_ERROR.requestTooLarge,
      message:
        'the request body is longer than 1000 bytes (maxRequestBytes); raise the limit, or stream the body',
    });
    expect(service.requests).toHaveLength(0);
    expect((await client.post('/', body, { maxBodyLength: 10_000 })).status).toBe(200);
    expect((await client.post('/', Readable.from(['x'.repeat(1001)]))).status).toBe(200);
  });
});

describe('the resilience', () => {
  it('open the circuit after failures in a row, and close it again after a call that is answered', async () => {
    const resolver = at(await closedUrl());
    const client = clientOf(resolver, {
      circuitBreaker: { consecutiveFailures: 3, halfOpenAfterMs: 200 * timeScale },
    });
    for (let sent = 0; sent < 3; sent += 1)
      await expect(client.get('/')).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.unreachable });

    const service = await startService();
    resolver.set('product', [service.url]);
    await expect(client.get('/')).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.circuitOpen });
    expect(service.requests).toHaveLength(0);

    await eventually(() => client.get('/'));
    await client.get('/');
  });

  it('count a 503, and not a 404', async () => {
    let status = 404;
    const service = await startService((request, response) => json({}, status)(request, response));
    const circuitBreaker = { consecutiveFailures: 2, halfOpenAfterMs: 60_000 };
    const client = clientOf(at(service.url), { circuitBreaker });

    for (let sent = 0; sent < 4; sent += 1)
      await expect(client.get('/')).rejects.toMatchObject({ response: { status: 404 } });
    status = 503;
    for (let sent = 0; sent < 2; sent += 1)
      await expect(client.get('/')).rejects.toMatchObject({ response: { status: 503 } });

    await expect(client.get('/')).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.circuitOpen });
  });

  it('turn away what would have to wait behind too many, and time out what waits too long', async () => {
    const hanging = await startHangingServer();
    cleanups.push(() => hanging.close());
    const client = clientOf(at(hanging.url), {
      bulkhead: { concurrency: 1, queue: 1 },
      timeoutMs: 600 * timeScale,
    });

    const running = client.get('/');
    await eventually(() => hanging.connections === 1);
    const waiting = client.get('/', { timeout: 100 * timeScale });
    const turnedAway = client.get('/');

    await expect(turnedAway).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.overloaded });
    await expect(waiting).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.timedOut });
    await expect(running).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.timedOut });
    expect(hanging.connections).toBe(1);
  });

  it('can be left out', async () => {
    const client = clientOf(at(await closedUrl()), { circuitBreaker: false, bulkhead: false });

    for (let sent = 0; sent < 12; sent += 1)
      await expect(client.get('/')).rejects.toMatchObject({ code: SERVICE_CLIENT_ERROR.unreachable });
  });
});
