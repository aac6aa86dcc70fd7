import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { openRawConnection } from './support/raw-request';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from './support/start-h2c-upstream';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const ROUTES = `
version: 1
api_keys: [ { name: ci, sha256: ${createHash('sha256').update('the key').digest('hex')} } ]
routes:
  - { path_prefix: /plain, service: product }
  - path_prefix: /all
    service: product
    strip_prefix: true
    request_headers: { set: { X-Set: ours } }
    mirror: { service: next, percent: 100 }
  - { path_prefix: /shown, service: product, mirror: { service: next, percent: 100, credentials: true } }
  - path_prefix: /written
    service: product
    mirror: { service: next, percent: 100, methods: [ GET, POST ], body_bytes: 10 }
  - { path_prefix: /keyed, service: product, api_key: {}, mirror: { service: next, percent: 100 } }
  - { path_prefix: /narrow, service: product, mirror: { service: next, percent: 100, max_in_flight: 2 } }
  - { path_prefix: /closed, service: product, mirror: { service: closed, percent: 100 } }
  - { path_prefix: /absent, service: product, mirror: { service: absent, percent: 100 } }
  - { path_prefix: /half, service: product, mirror: { service: next, percent: 50 } }
`;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function counted({ adminUrl }: RunningGateway, service: string, result: string): Promise<number> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  const line = new RegExp(
    `^rollcall_gateway_mirrored_requests_total\\{.*upstream_service="${service}",result="${result}".*\\} (\\d+)$`,
    'm',
  );
  return Number(line.exec(metrics)?.[1] ?? 0);
}

/** Copies to a service with this result have become more by what `by` does. */
async function countGrows(
  running: RunningGateway,
  service: string,
  result: string,
  by: () => Promise<unknown>,
): Promise<void> {
  const before = await counted(running, service, result);
  await by();
  await eventually(async () => (await counted(running, service, result)) > before);
}

describe('a route with a mirror', () => {
  let running: RunningGateway;
  let product: RunningUpstream;
  let next: RunningUpstream;
  let folder: string;
  const asked: Seen[] = [];
  const copies: Seen[] = [];
  /** Copies for `/hang…` are never answered; whether their connection is gone. */
  const hanging: ServerResponse[] = [];

  const recordInto =
    (list: Seen[], answer: (seen: Seen, response: ServerResponse) => void) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
        list.push(seen);
        answer(seen, response);
      });
    };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-mirror-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({ ROUTES_FILE: file });
    product = await startUpstream(recordInto(asked, (_seen, response) => response.end('the original')));
    next = await startUpstream(
      recordInto(copies, ({ url }, response) => {
        if (url?.includes('hang')) hanging.push(response);
        else response.writeHead(500, { 'X-From': 'the copy' }).end('x'.repeat(100_000));
      }),
    );
    const closed = await startUpstream();
    await closed.stop();
    running.registry.list({ service_name: 'product', url: product.url });
    running.registry.list({ service_name: 'next', url: next.url });
    running.registry.list({ service_name: 'closed', url: closed.url });
    await eventually(async () => (await running.upstreamCount()) === 3);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), product.stop(), next.stop()]);
    await rm(folder, { recursive: true });
  });

  const ask = (path: string, init?: RequestInit) => fetch(running.url + path, init);
  /** The copy of the request for this path, as soon as it is there. */
  async function copyOf(path: string): Promise<Seen> {
    await eventually(() => copies.some(({ url }) => url === path));
    const [copy, another] = copies.filter(({ url }) => url === path);
    if (copy === undefined || another !== undefined) throw new Error(`${path} has not one copy`);
    return copy;
  }
  const grows = (service: string, result: string, by: () => Promise<unknown>): Promise<void> =>
    countGrows(running, service, result, by);

  it('sends a copy to the other service, and answers with the original alone', async () => {
    await grows('next', 'answered', async () => {
      const response = await ask('/all/one?a=1', {
        headers: { 'X-Other': 'kept', 'X-Request-Id': 'id-of-one' },
      });
      expect([response.status, await response.text()]).toEqual([200, 'the original']);
      expect(response.headers.has('x-from')).toBe(false);
    });
    const copy = await copyOf('/one?a=1');
    expect(copy).toMatchObject({
      method: 'GET',
      headers: {
        'x-forwarded-mirror': 'true',
        'x-forwarded-prefix': '/all',
        'x-set': 'ours',
        'x-other': 'kept',
        'x-request-id': 'id-of-one',
      },
    });
    const original = asked.find(({ url }) => url === '/one?a=1');
    expect(original?.headers['x-forwarded-mirror']).toBeUndefined();
    const { 'x-forwarded-mirror': _mark, ...rest } = copy.headers;
    expect({ ...rest, host: '' }).toEqual({ ...original?.headers, host: '' });
  });

  it.each([
    ['keeps credentials from it', '/all', { authorization: undefined, cookie: undefined }],
    ['shows it credentials where the file says so', '/shown', { authorization: 'Bearer x', cookie: 'a=1' }],
  ])('%s', async (_what, path, expected) => {
    await ask(`${path}/credentials`, { headers: { Authorization: 'Bearer x', Cookie: 'a=1' } });
    const { headers } = await copyOf(path === '/all' ? '/credentials' : '/shown/credentials');
    expect({ authorization: headers.authorization, cookie: headers.cookie }).toEqual(expected);
    expect(asked.at(-1)?.headers).toMatchObject({ authorization: 'Bearer x', cookie: 'a=1' });
  });

  it('copies GET and HEAD, and nothing else where it is not asked to', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'GET'])
      expect((await ask('/all/methods', { method })).status).toBe(200);
    await eventually(() => copies.filter(({ url }) => url === '/methods').length === 2);
    const methods = copies.filter(({ url }) => url === '/methods').map(({ method }) => method);
    expect(methods.sort()).toEqual(['GET', 'HEAD']);
  });

  it('copies a body that is short enough, byte for byte', async () => {
    await ask('/written/short', { method: 'POST', body: '0123456789' });
    expect(await copyOf('/written/short')).toMatchObject({ method: 'POST', body: '0123456789' });
    expect(asked.at(-1)).toMatchObject({ url: '/written/short', body: '0123456789' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['too long', () => ask('/written/long', { method: 'POST', body: '0123456789a' })],
    [
      'of unknown length',
      async () => {
        const connection = await openRawConnection(running.port);
        connection.socket.write(
          'POST /written/long HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
        );
        await connection.closed;
      },
    ],
  ])('copies no request whose body is %s', async (_what, send) => {
    await grows('next', 'body_not_kept', send);
    expect(asked.at(-1)?.url).toBe('/written/long');
    expect(copies.some(({ url }) => url === '/written/long')).toBe(false);
  });

  it('copies nothing that a policy refuses', async () => {
    expect((await ask('/keyed/refused')).status).toBe(401);
    await ask('/keyed/taken', { headers: { 'X-Api-Key': 'the key' } });
    expect((await copyOf('/keyed/taken')).headers['x-api-key']).toBeUndefined();
    expect(copies.some(({ url }) => url === '/keyed/refused')).toBe(false);
  });

  it('copies no offer to leave HTTP', async () => {
    const connection = await openRawConnection(running.port);
    connection.socket.write(
      'GET /all/upgrade HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await eventually(() => asked.some(({ url }) => url === '/upgrade'));
    connection.socket.destroy();
    await ask('/all/after-upgrade');
    await copyOf('/after-upgrade');
    expect(copies.some(({ url }) => url === '/upgrade')).toBe(false);
  });

  it('believes no stranger that a request is a copy', async () => {
    await ask('/all/forged', { headers: { 'X-Forwarded-Mirror': 'true', X_Forwarded_Mirror: 'true' } });
    await copyOf('/forged');
    const original = asked.find(({ url }) => url === '/forged');
    expect(original?.headers).not.toHaveProperty('x-forwarded-mirror');
    expect(original?.headers).not.toHaveProperty('x_forwarded_mirror');
  });

  it('copies a part of the requests', async () => {
    for (let index = 0; index < 60; index += 1) await ask(`/half/${index}`);
    // None or all of 60 happen once in 10^18 runs.
    const copied = () => copies.filter(({ url }) => url?.startsWith('/half/')).length;
    await eventually(() => copied() > 0);
    expect(copied()).toBeLessThan(60);
  });

  it('answers as if there were no mirror while that hangs, and drops what is more than it may have under way', async () => {
    await grows('next', 'overflow', async () => {
      for (let index = 0; index < 3; index += 1)
        expect(await (await ask(`/narrow/hang/${index}`)).text()).toBe('the original');
    });
    await eventually(() => hanging.length === 2);
    const { upstreams } = (await running.admin('/upstreams')) as {
      upstreams: { service: string; in_flight: number }[];
    };
    expect(upstreams.find(({ service }) => service === 'next')?.in_flight).toBe(0);
  });

  it.each(['closed', 'absent'])('answers as if there were no mirror while that is %s', async (service) => {
    await grows(service, service === 'closed' ? 'failed' : 'no_instance', async () => {
      expect(await (await ask(`/${service}`)).text()).toBe('the original');
    });
    const { upstreams } = (await running.admin('/upstreams')) as {
      upstreams: { service: string; ejection: unknown }[];
    };
    expect(upstreams.map(({ ejection }) => ejection)).toEqual([null, null, null]);
  });

  it('shows its mirror', async () => {
    const { routes } = (await running.admin('/routes')) as {
      routes: { path_prefix: string; policies: string[] }[];
    };
    const policiesOf = (path: string) => routes.find(({ path_prefix: prefix }) => prefix === path)?.policies;
    expect(policiesOf('/shown')).toEqual(['mirror: 100 % of GET, HEAD to next with credentials']);
    expect(policiesOf('/plain')).toEqual([]);
  });
});

describe.each([
  ['to an instance of h2c, from one of HTTP/1.1', 'plain', 'h2c'],
  ['to an instance of HTTP/1.1, from one of h2c', 'h2c', 'plain'],
  ['to an instance of h2c, from another', 'h2c', 'h2c'],
])('a route with a mirror %s, asked by HTTP/2', (_what, originals, copied) => {
  interface Recorder {
    readonly url: string;
    readonly seen: readonly Seen[];
    /** Of requests to `/held…`, which it does not answer, those whose other end has gone. */
    readonly gone: readonly string[];
    stop(): Promise<void>;
  }
  let running: RunningGateway;
  let session: ClientHttp2Session;
  let folder: string;
  let product: Recorder;
  let next: Recorder;

  async function startRecorder(kind: string): Promise<Recorder> {
    const seen: Seen[] = [];
    const gone: string[] = [];
    let running: RunningUpstream | RunningH2cUpstream;
    if (kind === 'h2c')
      running = await startH2cUpstream((stream, fields) => {
        const url = fields[':path'] ?? '';
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('close', () => gone.push(url));
        stream.once('end', () => {
          seen.push({
            method: fields[':method'],
            url,
            headers: fields,
            body: Buffer.concat(chunks).toString(),
          });
          if (url.includes('held') || stream.destroyed) return;
          if (url.includes('broken')) return stream.close(constants.NGHTTP2_INTERNAL_ERROR);
          stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
          stream.respond(
            { ':status': 200, 'content-type': fields['content-type'] ?? 'text/plain' },
            { waitForTrailers: true },
          );
          stream.end(kind);
        });
      });
    else
      running = await startUpstream((request, response) => {
        const { method, url = '', headers } = request;
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('close', () => gone.push(url));
        request.once('end', () => {
          seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
          if (url.includes('held')) return;
          if (url.includes('broken')) response.destroy();
          else response.end(kind);
        });
      });
    return { url: running.url, seen, gone, stop: () => running.stop() };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-mirror-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(
      file,
      `version: 1
routes:
  - { path_prefix: /, service: product, mirror: { service: next, percent: 100, methods: [ GET, POST ], body_bytes: 100 } }
`,
    );
    running = await startGateway({ ROUTES_FILE: file });
    [product, next] = [await startRecorder(originals), await startRecorder(copied)];
    const protocolOf = (kind: string) => (kind === 'h2c' ? { protocol: 'h2c' as const } : {});
    running.registry.list({ service_name: 'product', url: product.url, ...protocolOf(originals) });
    running.registry.list({ service_name: 'next', url: next.url, ...protocolOf(copied) });
    await eventually(async () => (await running.upstreamCount()) === 2);
    session = connect(running.url);
  });
  afterAll(async () => {
    session.destroy();
    await Promise.all([running.stop(), product.stop(), next.stop()]);
    await rm(folder, { recursive: true });
  });

  /** Resolves with status, body, and the status of gRPC. */
  function ask(path: string, fields: OutgoingHttpHeaders = {}, body?: string): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ':method': body === undefined ? 'GET' : 'POST',
        ':path': path,
        ...fields,
      });
      let status: number | undefined;
      let grpcStatus: unknown;
      let text = '';
      stream.once('response', (answer) => (status = answer[':status']));
      stream.once('trailers', (trailers) => (grpcStatus = trailers['grpc-status']));
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      stream.once('end', () => resolve([status, text, grpcStatus])).once('error', reject);
      stream.end(body);
    });
  }
  /** The copy of the request for this path, as soon as it is there. */
  async function copyOf(path: string): Promise<Seen> {
    await eventually(() => next.seen.some(({ url }) => url === path));
    const [copy, another] = next.seen.filter(({ url }) => url === path);
    if (copy === undefined || another !== undefined) throw new Error(`${path} has not one copy`);
    return copy;
  }

  it('sends a copy with the mark and without credentials, and answers with the original alone', async () => {
    await countGrows(running, 'next', 'answered', async () => {
      const [status, text] = await ask('/one?a=1', { 'x-other': 'kept', authorization: 'Bearer x' });
      expect([status, text]).toEqual([200, originals]);
    });
    const copy = await copyOf('/one?a=1');
    expect(copy).toMatchObject({
      method: 'GET',
      body: '',
      headers: { 'x-forwarded-mirror': 'true', 'x-other': 'kept' },
    });
    expect(copy.headers.authorization).toBeUndefined();
    const original = product.seen.find(({ url }) => url === '/one?a=1');
    expect(original?.headers['x-forwarded-mirror']).toBeUndefined();
    expect(original?.headers.authorization).toBe('Bearer x');
  });

  it('copies a body whose length is known, byte for byte, and none whose length is not', async () => {
    const body = 'ä'.repeat(50);
    await ask('/short', { 'content-length': '100' }, body);
    expect(await copyOf('/short')).toMatchObject({ method: 'POST', body });
    // Over HTTP/2 a body may come without any length, and does from most clients.
    await countGrows(running, 'next', 'body_not_kept', () => ask('/unknown', {}, body));
    await countGrows(running, 'next', 'body_not_kept', () =>
      ask('/long', { 'content-length': '101' }, `${body}a`),
    );
    expect(product.seen.filter(({ url }) => url === '/unknown' || url === '/long')).toHaveLength(2);
    expect(next.seen.filter(({ url }) => url === '/unknown' || url === '/long')).toEqual([]);
  });

  it('copies no call of gRPC, whose messages are a stream', async () => {
    const fields = { 'content-type': 'application/grpc', te: 'trailers' };
    const call = () => ask('/example.Greeter/Greet', fields, '\0\0\0\0\0');
    if (originals === 'h2c')
      await countGrows(running, 'next', 'body_not_kept', async () =>
        expect(await call()).toEqual([200, 'h2c', '0']),
      );
    // An instance of HTTP/1.1 cannot take it, which the caller is told in the head.
    else expect(await call()).toEqual([200, '', undefined]);
    expect(next.seen.some(({ url }) => url?.includes('Greeter'))).toBe(false);
  });

  it('answers while the copy breaks off, and while it is not answered', async () => {
    await countGrows(running, 'next', 'failed', async () => {
      // The original is broken off as well: its caller is told of that one.
      expect((await ask('/broken'))[0]).toBe(502);
    });
    expect((await ask('/after'))[0]).toBe(200);
    await copyOf('/after');
    const { upstreams } = (await running.admin('/upstreams')) as { upstreams: { ejection: unknown }[] };
    expect(upstreams.map(({ ejection }) => ejection)).toEqual([null, null]);
  });

  it('lets the copy go on when the caller cancels the original', async () => {
    const stream = session.request({ ':path': '/held' });
    stream.on('error', () => undefined);
    await copyOf('/held');
    await eventually(() => product.seen.some(({ url }) => url === '/held'));
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => product.gone.includes('/held'));
    // Asked after that, on the same session and from the same instances.
    expect((await ask('/later'))[0]).toBe(200);
    await copyOf('/later');
    expect(next.gone).not.toContain('/held');
  });
});

describe('a gateway with a mirror', () => {
  it('copies no copy of a gateway that it trusts, and passes the mark on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-mirror-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(
      file,
      'version: 1\nroutes: [ { path_prefix: /, service: product, mirror: { service: next, percent: 100 } } ]\n',
    );
    const running = await startGateway({ ROUTES_FILE: file, TRUSTED_PROXIES: '127.0.0.0/8' });
    const product = await startUpstream();
    const next = await startUpstream();
    running.registry.list({ service_name: 'product', url: product.url });
    running.registry.list({ service_name: 'next', url: next.url });
    await eventually(async () => (await running.upstreamCount()) === 2);
    await fetch(`${running.url}/copy`, { headers: { 'X-Forwarded-Mirror': 'true' } });
    await fetch(`${running.url}/original`);
    await eventually(() => next.requests.length > 0);
    expect(next.requests.map(({ url }) => url)).toEqual(['/original']);
    expect(product.requests.map(({ headers }) => headers['x-forwarded-mirror'])).toEqual(['true', undefined]);
    await Promise.all([running.stop(), product.stop(), next.stop()]);
    await rm(folder, { recursive: true });
  });

  it('cuts its copies as it stops, and does not wait for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-mirror-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(
      file,
      'version: 1\nroutes: [ { path_prefix: /, service: product, mirror: { service: next, percent: 100 } } ]\n',
    );
    const running = await startGateway({ ROUTES_FILE: file, DRAIN_TIMEOUT_MS: '600000' });
    const product = await startUpstream();
    let isCut = false;
    const next = await startUpstream((_request, response) => response.once('close', () => (isCut = true)));
    running.registry.list({ service_name: 'product', url: product.url });
    running.registry.list({ service_name: 'next', url: next.url });
    await eventually(async () => (await running.upstreamCount()) === 2);
    expect((await fetch(`${running.url}/hang`)).status).toBe(200);
    await eventually(() => next.requests.length === 1);
    await running.stop();
    await eventually(() => isCut);
    await Promise.all([product.stop(), next.stop()]);
    await rm(folder, { recursive: true });
  });
});
