import { connect, type IncomingHttpHeaders } from 'node:http2';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';
import { startRawUpstream, type RawUpstream } from '../support/raw-upstream';

/** What came back for one request. */
interface Answer {
  readonly fields: IncomingHttpHeaders;
  readonly body: string;
}

describe('a request over HTTP/2 through the gateway', () => {
  let running: RunningGateway;
  let echo: RunningUpstream;
  let raw: RawUpstream;
  let rawAnswer: string;

  beforeAll(async () => {
    running = await startGateway();
    echo = await startUpstream((req, res) => {
      let body = '';
      req.on('data', (bytes: Buffer) => (body += bytes.toString()));
      req.on('end', () => res.end(JSON.stringify({ method: req.method, fields: req.headers, body })));
    });
    raw = await startRawUpstream({
      onRequest({ send, socket }) {
        send(rawAnswer);
        if (rawAnswer.includes('Connection: close')) socket.end();
      },
    });
    running.registry.list({ service_name: 'p', url: echo.url, routes: [{ path_prefix: '/p' }] });
    running.registry.list({ service_name: 'raw', url: raw.url, routes: [{ path_prefix: '/raw' }] });
    await eventually(async () => (await running.upstreamCount()) === 2);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), echo.stop(), raw.stop()]);
  });

  /** Over a session of its own. @throws where the stream is reset */
  async function ask(fields: Record<string, string | string[]>, body?: string): Promise<Answer> {
    const session = connect(running.url);
    session.on('error', () => undefined);
    try {
      return await new Promise((resolve, reject) => {
        const path = fields[':method'] === 'CONNECT' ? {} : { ':path': '/p/it' };
        const given = { ...path, ':authority': 'shop.example', ...fields };
        const stream = session.request(given, { endStream: body === undefined });
        let answered: IncomingHttpHeaders | undefined;
        let text = '';
        stream.on('response', (head) => (answered = head));
        stream.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
        stream.on('error', reject);
        stream.on('close', () => {
          if (answered === undefined) reject(new Error('no answer'));
          else resolve({ fields: answered, body: text });
        });
        if (body !== undefined) stream.end(body);
      });
    } finally {
      session.destroy();
    }
  }
  const status = async (fields: Record<string, string | string[]>): Promise<unknown> =>
    (await ask(fields)).fields[':status'];
  const received = async (fields: Record<string, string | string[]>): Promise<IncomingHttpHeaders> =>
    (JSON.parse((await ask(fields)).body) as { fields: IncomingHttpHeaders }).fields;

  it('reaches an instance of HTTP/1.1 as what it was, with Via 2.0 and its authority as Host', async () => {
    const { body } = await ask({ ':method': 'POST', 'content-type': 'text/plain' }, 'a body');
    const { method, fields, body: came } = JSON.parse(body) as Record<string, unknown>;
    expect([method, came]).toEqual(['POST', 'a body']);
    expect(fields).toMatchObject({
      host: 'shop.example',
      via: expect.stringMatching(/^2\.0 rollcall-/),
      'x-forwarded-proto': 'http',
      'transfer-encoding': 'chunked',
      'content-type': 'text/plain',
    });
  });

  it('has its cookies joined (RFC 9113 §8.2.3)', async () => {
    expect((await received({ cookie: ['a=1', 'b=2', 'c=3'] })).cookie).toBe('a=1; b=2; c=3');
  });

  it('says its host by :authority, by Host, or by both where they are the same', async () => {
    expect((await received({ ':authority': 'one.example' })).host).toBe('one.example');
    expect((await received({ host: 'ONE.example', ':authority': 'one.example' })).host).toBe('one.example');
    expect(await status({ host: 'two.example', ':authority': 'one.example' })).toBe(400);
    // Newer versions of Node refuse it before.
    const withUser = status({ ':authority': 'user@one.example' }).catch(() => 'reset');
    expect([400, 'reset']).toContain(await withUser);
  });

  it.each([
    ['FOO', 501],
    ['get', 501],
    ['TRACE', 405],
    ['CONNECT', 405],
    ['PROPFIND', 200],
  ])('with the method %s is answered with %d, as over HTTP/1.1', async (method, wanted) => {
    expect(await status({ ':method': method })).toBe(wanted);
  });

  it('with more fields than HTTP/1.1 would take is answered with 431, and not a byte less', async () => {
    // `:method` and the like count too: 232 bytes here.
    expect(await status({ 'x-long': 'a'.repeat(16_000) })).toBe(200);
    expect(await status({ 'x-long': 'a'.repeat(16_384) })).toBe(431);
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, '1']));
    await expect(status(many).catch(() => 'reset')).resolves.toMatch(/431|reset/);
  });

  it('is refused as problem details by name, in the access log and in the metrics with its version', async () => {
    const { fields, body } = await ask({ ':path': '/nowhere' });
    expect([fields[':status'], fields['content-type']]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({ code: 'NO_ROUTE', instance: '/nowhere' });
    await eventually(() =>
      running.logged.some(({ path, protocol }) => path === '/nowhere' && protocol === 'HTTP/2.0'),
    );
  });

  it('for the gateway itself is answered by it, HEAD and 404 too', async () => {
    expect((await ask({ ':path': '/livez' })).fields[':status']).toBe(200);
    expect(await ask({ ':path': '/livez', ':method': 'HEAD' })).toMatchObject({
      fields: { ':status': 200 },
      body: '',
    });
    const own = { ':authority': 'localhost', ':path': '/register_service', ':method': 'POST' };
    expect((await ask(own, 'not a service')).fields[':status']).toBe(400);
  });

  describe('has an answer', () => {
    const answer = async (given: string): Promise<Answer> => {
      rawAnswer = given;
      return ask({ ':path': '/raw' });
    };

    it('without the fields of a connection, and with each Set-Cookie', async () => {
      const { fields, body } = await answer(
        'HTTP/1.1 200 Fine\r\nConnection: keep-alive, x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=1\r\nContent-Length: 2\r\nSet-Cookie: b=2\r\n\r\nhi',
      );
      expect([fields['set-cookie'], body]).toEqual([['a=1', 'b=2'], 'hi']);
      for (const name of ['connection', 'keep-alive', 'x-hop', 'transfer-encoding'])
        expect(fields).not.toHaveProperty(name);
    });

    it('with the first of two fields that Node takes once', async () => {
      const { fields } = await answer(
        'HTTP/1.1 200 OK\r\nETag: "1"\r\nETag: "2"\r\nContent-Language: de\r\nContent-Language: en\r\nContent-Length: 0\r\n\r\n',
      );
      expect([fields.etag, fields['content-language']]).toEqual(['"1"', 'de, en']);
    });

    it.each([
      ['204 No Content\r\nContent-Length: 5', 204],
      ['205 Reset Content\r\nContent-Length: 0', 205],
      ['304 Not Modified\r\nContent-Length: 5', 304],
    ])('without a body: %j', async (head, status) => {
      const { fields, body } = await answer(`HTTP/1.1 ${head}\r\nETag: "1"\r\n\r\n`);
      expect([fields[':status'], fields.etag, body]).toEqual([status, '"1"', '']);
    });

    it.each([600, 999])('that is 502 for the status %d, which HTTP/2 has no place for', async (status) => {
      const { fields } = await answer(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nhi`);
      expect(fields[':status']).toBe(502);
    });

    it.each(['X-Evil: a\rb', 'X-Evil: a\0b', 'X-Evil: a\x7fb'])(
      'that is 502 with %j in it',
      async (field) => {
        const { fields } = await answer(`HTTP/1.1 200 OK\r\n${field}\r\nContent-Length: 0\r\n\r\n`);
        expect([fields[':status'], fields['x-evil']]).toEqual([502, undefined]);
      },
    );

    it.each([
      // Node ends the stream before it resets it, and what has come is not what its Content-Length says.
      ['Content-Length: 10\r\n\r\nhalf', /INTERNAL_ERROR|PROTOCOL_ERROR/],
      ['Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', /INTERNAL_ERROR/],
      ['Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n', /INTERNAL_ERROR/],
    ])('that breaks off (%j) as a reset', async (rest, code) => {
      await expect(answer(`HTTP/1.1 200 OK\r\nConnection: close\r\n${rest}`)).rejects.toThrow(code);
    });
  });
});
