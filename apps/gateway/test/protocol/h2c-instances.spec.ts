import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { eventually } from '@rollcall/testing';
import { FLAG, frame, FRAME, hpack, uint32 } from '../support/raw-frames';
import { startRawH2cUpstream } from '../support/raw-h2c-upstream';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from '../support/start-h2c-upstream';

interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly message: IncomingMessage;
  readonly status: number;
  readonly body: string;
}

describe('an instance registered with protocol h2c', () => {
  let running: RunningGateway;
  let upstream: RunningH2cUpstream;

  beforeAll(async () => {
    running = await startGateway();
    upstream = await startH2cUpstream((stream, fields) => {
      switch (fields[':path']) {
        case '/p/echo':
          stream.respond({ ':status': 200, 'x-method': fields[':method'] }, { waitForTrailers: true });
          stream.once('trailers', (trailers) =>
            stream.once('wantTrailers', () => stream.sendTrailers({ 'x-got': String(trailers['x-sum']) })),
          );
          return void stream.pipe(stream);
        case '/p/fields':
          stream.respond({ ':status': 201, 'set-cookie': ['a=1', 'b=2'], 'x-seen': JSON.stringify(fields) });
          return void stream.end('made');
        case '/p/none':
          return stream.respond({ ':status': 204 }, { endStream: true });
        case '/p/length':
          stream.respond(
            { ':status': 200, 'content-length': 5 },
            { endStream: fields[':method'] === 'HEAD' },
          );
          return void (fields[':method'] === 'HEAD' || stream.end('whole'));
        default:
          stream.respond({ ':status': 404 });
          return void stream.end();
      }
    });
    running.registry.list({
      service_name: 'p',
      url: upstream.url,
      protocol: 'h2c',
      routes: [{ path_prefix: '/p' }],
    });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterAll(async () => {
    await running.stop();
    await upstream.stop();
  });

  function ask(path: string, { method = 'GET', headers = {}, body, trailers }: Asked = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const req = httpRequest(`${running.url}/p${path}`, { method, headers, agent: false }, (message) => {
        let text = '';
        message.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        message.once('end', () => resolve({ message, status: message.statusCode ?? 0, body: text }));
        message.once('error', reject);
      });
      req.once('error', reject);
      if (body !== undefined) req.write(body);
      if (trailers !== undefined) req.addTrailers(trailers);
      req.end();
    });
  }

  it('is asked over one connection for many requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask('/echo', { method: 'POST', body: `n${n}` })),
    );
    expect(answers.map(({ body }) => body)).toEqual(answers.map((_, n) => `n${n}`));
    expect(upstream.sessions.size).toBe(1);
  });

  it('gets the trailers of a request, and its own reach the caller', async () => {
    const headers = { 'Transfer-Encoding': 'chunked', Trailer: 'X-Sum' };
    const { message, body } = await ask('/echo', {
      method: 'POST',
      headers,
      body: 'text',
      trailers: { 'X-Sum': '42' },
    });
    expect([body, message.headers['x-method'], message.trailers['x-got']]).toEqual(['text', 'POST', '42']);
  });

  it.each([
    ['and gets them where they are announced', { Trailer: 'X-Sum' }, '42'],
    ['and gets none where they are not, as such calls have none', {}, undefined],
  ])('answers a call of gRPC with trailers %s', async (_what, announced, got) => {
    const { message, body } = await ask('/echo', {
      method: 'POST',
      headers: { 'Content-Type': 'application/grpc', 'Transfer-Encoding': 'chunked', ...announced },
      body: 'text',
      trailers: { 'X-Sum': '42' },
    });
    expect([body, message.headers['x-method'], message.trailers['x-got']]).toEqual(['text', 'POST', got]);
  });

  it('gets fields as HTTP/2 has them, and its own reach the caller one by one', async () => {
    const { message, status } = await ask('/fields', {
      headers: { Host: 'shop.example', 'X-Two': ['a', 'b'], 'Keep-Alive': 'timeout=5', TE: 'trailers' },
    });
    const seen = JSON.parse(String(message.headers['x-seen'])) as Record<string, string>;
    expect(status).toBe(201);
    expect(message.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(seen).toMatchObject({ ':authority': 'shop.example', ':scheme': 'http', 'x-two': 'a, b' });
    expect(Object.keys(seen)).not.toContain('host');
    expect(Object.keys(seen)).not.toContain('keep-alive');
  });

  it.each([
    ['HEAD', '/length', 200, '', '5'],
    ['GET', '/length', 200, 'whole', '5'],
    ['GET', '/none', 204, '', undefined],
  ])('answers %s %s as any other instance', async (method, path, status, body, length) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.body, answer.message.headers['content-length']]).toEqual([
      status,
      body,
      length,
    ]);
  });
});

describe('requests that an h2c instance hands back', () => {
  let running: RunningGateway;
  const servers: { stop(): Promise<void> }[] = [];
  const list = (service: string, url: string, protocol?: 'h2c') =>
    running.registry.list({
      service_name: service,
      url,
      routes: [{ path_prefix: `/${service}` }],
      ...(protocol && { protocol }),
    });
  async function start(...given: Parameters<typeof startH2cUpstream>): Promise<RunningH2cUpstream> {
    const server = await startH2cUpstream(...given);
    servers.push(server);
    return server;
  }
  const post = async (path: string) =>
    (await fetch(running.url + path, { method: 'POST', headers: { 'Content-Length': '0' } })).status;

  beforeAll(async () => {
    running = await startGateway();
  });
  afterAll(async () => {
    await running.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('go to another one, whatever their method, and it is not ejected for that', async () => {
    const refusing = await start((stream) => stream.close(7));
    const taking = await start((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
    for (const { url } of [refusing, taking]) list('pair', url, 'h2c');
    await eventually(async () => (await running.upstreamCount()) === 2);
    const statuses: number[] = [];
    for (let count = 0; count < 20; count += 1) statuses.push(await post('/pair'));
    expect(statuses).toEqual(statuses.map(() => 204));
    expect(refusing.requests.length).toBeGreaterThan(0);
    expect(running.logged.filter(({ event }) => event === 'upstream_ejected')).toEqual([]);
  });

  it('go to the same one over another connection when it is the only one and ends the first', async () => {
    let isFirst = true;
    const server = await startRawH2cUpstream({
      onFrame({ type, stream }, socket) {
        if (type !== FRAME.headers) return;
        // It has looked at no stream, and ends.
        if (isFirst) socket.write(frame(FRAME.goaway, 0, 0, uint32(0, 0)));
        else
          socket.write(
            frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, stream, hpack(':status', '204')),
          );
        isFirst = false;
      },
    });
    servers.push(server);
    list('alone', server.url, 'h2c');
    await eventually(async () => (await running.upstreamCount()) === 3);
    expect(await post('/alone')).toBe(204);
    expect(server.opened()).toBe(2);
  });

  it('go to another one when an instance takes none, and it is not ejected for that', async () => {
    const full = await start(() => undefined, { settings: { maxConcurrentStreams: 0 } });
    const taking = await start((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
    for (const { url } of [full, taking]) list('roomy', url, 'h2c');
    await eventually(() => running.registry.instances('roomy').length === 2);
    await eventually(async () => (await post('/roomy')) === 204);
    const statuses: number[] = [];
    for (let count = 0; count < 20; count += 1) statuses.push(await post('/roomy'));
    expect(statuses).toEqual(statuses.map(() => 204));
    expect(full.sessions.size).toBeGreaterThan(0);
    expect(taking.sessions.size).toBe(1);
    expect(running.logged.filter(({ event }) => event === 'upstream_ejected')).toEqual([]);
  });

  it('are 503 when the only instance takes none, and the answer names no setting of the gateway', async () => {
    const full = await start(() => undefined, { settings: { maxConcurrentStreams: 0 } });
    list('packed', full.url, 'h2c');
    await eventually(() => running.registry.instances('packed').length === 1);
    await eventually(async () => (await post('/packed')) === 503);
    const response = await fetch(`${running.url}/packed`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({
      code: 'SERVICE_OVERLOADED',
      detail: expect.stringMatching(/^(?!.*max_in_flight).*HTTP\/2/),
    });
  });

  it('are 503 when all of them are handed back', async () => {
    const server = await start((stream) => stream.close(7));
    list('full', server.url, 'h2c');
    await eventually(() => running.registry.instances('full').length === 1);
    // A 503 of before the instance is known is not what is meant.
    await eventually(async () => (await post('/full')) === 503 && server.requests.length > 1);
  });
});
