import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import { startRawUpstream } from '../support/raw-upstream';

const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const post = (fields: string, body: string, path = '/p/it'): string =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`;
const chunks = (trailers: string): string => `4\r\nbody\r\n0\r\n${trailers}\r\n`;

const ROUTES = `version: 1
routes:
  - path_prefix: /p
    service: p
    request_headers: { remove: [X-Internal], set: { X-Tenant: ours } }
    response_headers: { remove: [X-Secret] }
`;

describe('trailers of a request', () => {
  let folder: string;
  let rig: RawRig;
  let answer: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-trailers-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    rig = await startRawRig({ onRequest: ({ send }) => send(answer) }, { ROUTES_FILE: file });
  });
  beforeEach(() => (answer = okWith('done')));
  afterEach(() => rig.expectHealthy());
  afterAll(async () => {
    await rig.stop();
    await rm(folder, { recursive: true });
  });
  const lastRequest = (): string => rig.upstream.requests().at(-1) ?? '';
  /** The head that the instance got, and everything behind its last chunk. */
  async function arrived(fields: string, trailers: string): Promise<{ head: string; trailers: string }> {
    await rig.answerTo(post(fields, chunks(trailers)), 'done');
    const [head = '', body = ''] = lastRequest().split(/\r\n\r\n(?=4\r\n)/);
    return { head, trailers: body.replace('4\r\nbody\r\n0\r\n', '') };
  }

  it('reach the instance behind the body, byte for byte and in their order', async () => {
    const sent = 'X-Sum: 42\r\nx-other: caf\xe9\r\nX-Sum: 43\r\n';
    const got = await arrived(`${CHUNKED}Trailer: X-Sum, X-Other\r\n`, sent);
    expect(got.trailers).toBe(`${sent}\r\n`);
    expect(got.head).toMatch(/\r\nTrailer: X-Sum, X-Other\r\n/);
  });

  it('need no announcement', async () => {
    expect((await arrived(CHUNKED, 'X-Sum: 1\r\n')).trailers).toBe('X-Sum: 1\r\n\r\n');
  });

  it('are nothing where none came', async () => {
    expect((await arrived(CHUNKED, '')).trailers).toBe('\r\n');
  });

  it.each([
    ['frame or route the message', 'Content-Encoding: gzip\r\nTrailer: X-Sum\r\nHost: evil\r\n'],
    [
      'say on whose behalf it comes',
      'X-Forwarded-For: 1.2.3.4\r\nX_Forwarded_Consumer: root\r\nForwarded: for=x\r\n',
    ],
    ['carry credentials', 'Authorization: Basic x\r\nCookie: a=b\r\n'],
    ['the gateway sets', 'Via: 1.1 x\r\nX-Request-Id: mine\r\ntraceparent: 00-0-0-00\r\n'],
    ['a rule of the route removes or sets', 'X-Internal: 1\r\nx_internal: 2\r\nX-Tenant: theirs\r\n'],
    ['belong to this connection', 'Connection: close\r\nKeep-Alive: timeout=9\r\n'],
  ])('that %s are dropped, and others are not', async (_, fields) => {
    expect((await arrived(CHUNKED, `${fields}X-Sum: 1\r\n`)).trailers).toBe('X-Sum: 1\r\n\r\n');
  });

  it('that Connection names are dropped', async () => {
    const got = await arrived(`${CHUNKED}Connection: X-Hop\r\n`, 'X-Hop: 1\r\nX-Sum: 1\r\n');
    expect(got.trailers).toBe('X-Sum: 1\r\n\r\n');
  });

  it.each([
    ['with a length', 'Content-Length: 4\r\n', 'body'],
    ['without a body', '', ''],
  ])('are not announced for a request %s', async (_, fields, body) => {
    await rig.answerTo(post(`${fields}Trailer: X-Sum\r\n`, body), 'done');
    expect(lastRequest()).toMatch(body === '' ? /content-length: 0\r\n/i : /\r\n\r\nbody$/);
    expect(lastRequest()).not.toMatch(/^trailer:/im);
  });

  it('reach an instance that answers as HTTP/1.0', async () => {
    answer = 'HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ndone';
    expect((await arrived(CHUNKED, 'X-Sum: 1\r\n')).trailers).toBe('X-Sum: 1\r\n\r\n');
  });

  it('of an offer to switch protocols with a body reach the instance too', async () => {
    const got = await arrived(`${CHUNKED}Connection: Upgrade\r\nUpgrade: echo\r\n`, 'X-Sum: 1\r\n');
    expect(got.trailers).toBe('X-Sum: 1\r\n\r\n');
  });

  it('that come after the answer has begun reach the instance too', async () => {
    const connection = await rig.open();
    connection.send(post(CHUNKED, '4\r\nbody\r\n'));
    const upstream = await eventually(() =>
      rig.upstream.connections.find(({ received }) => received().endsWith('\r\n4\r\nbody\r\n')),
    );
    upstream.send(okWith('early'));
    await connection.until('early');
    connection.send('0\r\nX-Sum: late\r\n\r\n');
    await eventually(() => upstream.received().endsWith('\r\n0\r\nX-Sum: late\r\n\r\n'));
    connection.socket.destroy();
  });

  it('of an answer are dropped likewise where a rule of the route or Connection removes them', async () => {
    answer = `HTTP/1.1 200 OK\r\n${CHUNKED}Connection: X-Hop\r\n\r\n${chunks('X-Secret: 1\r\nX-Hop: 1\r\nSet-Cookie: a=b\r\nX-Sum: 1\r\n')}`;
    const text = await rig.answerTo('GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n', /\r\n0\r\n[^]*\r\n\r\n$/);
    expect(text).toMatch(/\r\n0\r\nX-Sum: 1\r\n\r\n$/);
  });

  it('as many as fit into 16 KiB reach the instance', async () => {
    const sent = Array.from({ length: 1200 }, (_, index) => `x${index}: ${index}\r\n`).join('');
    expect((await arrived(CHUNKED, sent)).trailers).toBe(`${sent}\r\n`);
  });

  it('that never end are refused, and the instance never gets a whole request', async () => {
    const before = rig.upstream.requests().length;
    const text = await rig.answerAndClose(post(CHUNKED, chunks(`X-Sum: ${'1'.repeat(20_000)}\r\n`)));
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
    const since = rig.upstream.requests().slice(before);
    expect(since.filter((bytes) => bytes.includes('\r\n0\r\n'))).toEqual([]);
  });
});

describe('trailers of a request that is tried again', () => {
  it('reach the instance that takes it', async () => {
    const refusing = `http://127.0.0.1:${await closedPort()}`;
    const second = await startRawUpstream({ onRequest: ({ send }) => send(okWith('done')) });
    const rig = await startRawRig();
    const { registry, port } = rig.running;
    for (const url of [refusing, second.url])
      registry.list({ service_name: 'q', url, routes: [{ path_prefix: '/q' }] });
    await eventually(async () => (await rig.running.upstreamCount()) === 3);
    for (let turn = 0; turn < 4; turn += 1) {
      const connection = await openRawConnection(port);
      connection.send(post(CHUNKED, chunks('X-Sum: 1\r\n'), '/q/it'));
      await connection.until('done');
      connection.socket.destroy();
    }
    const got = second.requests().map((bytes) => bytes.slice(bytes.indexOf('\r\n\r\n')));
    expect(got).toEqual(Array.from({ length: 4 }, () => '\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n'));
    await rig.stop();
    await second.stop();
  });
});
