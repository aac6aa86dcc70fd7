import { eventually } from '@rollcall/testing';
import type { RawConnection } from '../support/raw-request';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const request = (method: string, path: string, fields = '', version = '1.1'): string =>
  `${method} ${path} HTTP/${version}\r\nHost: h\r\n${fields}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** RFC 9112 §9.6, as tools that test servers do it: all that is sent, and `shutdown(SHUT_WR)` behind it. */
describe('a caller that closes its half of the connection', () => {
  let rig: RawRig;
  /** Requests that have reached the instance, by path, to be answered when a spec likes. */
  const asked = new Map<string, UpstreamConnection>();

  beforeAll(async () => {
    rig = await startRawRig({
      onRequest: (connection, bytes) => asked.set(/ (\S+) /.exec(bytes)?.[1] ?? '', connection),
    });
  });
  beforeEach(() => asked.clear());
  afterEach(() => rig.expectHealthy());
  afterAll(() => rig.stop());

  async function sendAndClose(bytes: string): Promise<RawConnection> {
    const caller = await rig.open({ allowHalfOpen: true });
    caller.socket.end(bytes, 'latin1');
    return caller;
  }
  /** The instance has got it, and the end of what the caller sends has been here for as long as another request takes. */
  async function reached(path: string): Promise<UpstreamConnection> {
    const connection = await eventually(() => asked.get(path));
    await rig.expectHealthy();
    return connection;
  }
  const BEHIND_HEAD = /\r\n\r\n([^]*)$/;

  it.each([
    ['GET', request('GET', '/p/it')],
    ['DELETE', request('DELETE', '/p/it')],
    ['POST with a length', `${request('POST', '/p/it', 'Content-Length: 4\r\n')}body`],
    ['POST in chunks', `${request('POST', '/p/it', CHUNKED)}4\r\nbody\r\n0\r\n\r\n`],
    ['POST with trailers', `${request('POST', '/p/it', CHUNKED)}4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n`],
    ['HTTP/1.0', request('GET', '/p/it', '', '1.0')],
    ['HTTP/1.0 that is kept', request('GET', '/p/it', 'Connection: keep-alive\r\n', '1.0')],
    ['HTTP/1.1 that is not', request('GET', '/p/it', 'Connection: close\r\n')],
    ['an absolute target', request('GET', 'http://h/p/it')],
    ['an offer of HTTP/2', request('GET', '/p/it', 'Connection: Upgrade\r\nUpgrade: h2c\r\n')],
    ['an offer that is passed on', request('GET', '/p/it', 'Connection: Upgrade\r\nUpgrade: foo\r\n')],
    ['line ends before it', `\r\n\r\n${request('GET', '/p/it')}`],
  ])('gets the answer that it waits for, and the connection ends (%s)', async (_, bytes) => {
    const caller = await sendAndClose(bytes);
    (await reached('/p/it')).send(okWith('whole'));
    const text = await caller.untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n/i);
    expect(BEHIND_HEAD.exec(text)?.[1]).toBe('whole');
  });

  it('gets the head of a HEAD', async () => {
    const caller = await sendAndClose(request('HEAD', '/p/it'));
    (await reached('/p/it')).send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
    expect(await caller.untilClosed()).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 5\r\n[^]*\r\n\r\n$/,
    );
  });

  it('is told to continue, though it has not waited for that', async () => {
    const caller = await sendAndClose(
      `${request('POST', '/p/it', 'Expect: 100-continue\r\nContent-Length: 4\r\n')}body`,
    );
    (await reached('/p/it')).send(okWith('whole'));
    expect(await caller.untilClosed()).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*whole$/,
    );
  });

  it('gets every answer to what it sent ahead, in order', async () => {
    const caller = await sendAndClose(
      request('GET', '/p/1') +
        `${request('POST', '/p/2', 'Content-Length: 4\r\n')}body` +
        request('GET', '/nowhere') +
        request('GET', '/p/3'),
    );
    for (const path of ['/p/1', '/p/2', '/p/3']) (await reached(path)).send(okWith(path));
    const text = await caller.untilClosed();
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ]);
    expect(text).toMatch(/\/p\/1HTTP[^]*\/p\/2HTTP[^]*\/nowhere[^]*HTTP[^]*\/p\/3$/);
    expect(text.match(/^connection: close/gim)).toHaveLength(1);
  });

  it.each(['/livez', '/nowhere', '*'])('is answered by the gateway itself (%s)', async (target) => {
    const caller = await sendAndClose(request('GET', target));
    expect(await caller.untilClosed()).toMatch(/^HTTP\/1\.1 (200|404|400) [^]*\r\n\r\n[^]+$/);
  });

  it('gets an answer that comes in pieces, until its end', async () => {
    const caller = await sendAndClose(request('GET', '/p/it'));
    const { send } = await reached('/p/it');
    send(`HTTP/1.1 200 OK\r\n${CHUNKED}\r\n`);
    for (const piece of ['one', 'two', 'six']) {
      send(`3\r\n${piece}\r\n`);
      await caller.until(piece);
    }
    send('0\r\n\r\n');
    expect(await caller.untilClosed()).toMatch(/one\r\n[^]*two\r\n[^]*six\r\n0\r\n\r\n$/);
  });

  it('gets an answer of some length at its own pace', async () => {
    const long = 'x'.repeat(8_000_000);
    const caller = await sendAndClose(request('GET', '/p/it'));
    caller.socket.pause();
    (await reached('/p/it')).send(okWith(long));
    await rig.expectHealthy();
    caller.socket.resume();
    expect(BEHIND_HEAD.exec(await caller.untilClosed())?.[1]).toBe(long);
  });

  it('gets an answer that ends with the connection of the instance', async () => {
    const caller = await sendAndClose(request('GET', '/p/it', '', '1.0'));
    (await reached('/p/it')).socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end');
    expect(BEHIND_HEAD.exec(await caller.untilClosed())?.[1]).toBe('until the end');
  });

  it('gets the answer to a whole request when half of another one follows', async () => {
    for (const half of ['GET /p/half HT', `${request('POST', '/p/half', 'Content-Length: 9\r\n')}half`]) {
      const caller = await sendAndClose(request('GET', '/p/it') + half);
      (await reached('/p/it')).send(okWith('whole'));
      expect(await caller.untilClosed()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*whole$/);
      expect(asked.has('/p/half')).toBe(false);
      asked.clear();
    }
  });

  it('gets the answer to a whole request that garbage follows', async () => {
    const caller = await sendAndClose(`${request('GET', '/p/it')}garbage\r\n\r\n`);
    (await reached('/p/it')).send(okWith('whole'));
    expect(await caller.untilClosed()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*whole/);
  });

  it.each([
    ['nothing', ''],
    ['a line end', '\r\n'],
    ['half a request line', 'GET /p/ha'],
    ['half a head', 'GET /p/half HTTP/1.1\r\nHost: h\r\n'],
    ['a field without its end', 'GET /p/half HTTP/1.1\r\nHost: h\r\nX-Half: ha'],
  ])('has asked for nothing with %s, and the connection ends', async (_, bytes) => {
    await (await sendAndClose(bytes)).untilClosed();
    expect(asked.size).toBe(0);
  });

  it.each([
    ['short of its length', `${request('POST', '/p/half1', 'Content-Length: 9\r\n')}half`],
    ['without its last chunk', `${request('POST', '/p/half2', CHUNKED)}4\r\nhalf\r\n`],
    ['in the middle of a chunk', `${request('POST', '/p/half3', CHUNKED)}9\r\nhalf`],
    ['before the end of its trailers', `${request('POST', '/p/half4', CHUNKED)}4\r\nhalf\r\n0\r\nX-Sum`],
  ])('has ended its request with a body %s, and the instance sees that', async (_, bytes) => {
    const [path = ''] = /\/p\/half\d/.exec(bytes) ?? [];
    const caller = await rig.open({ allowHalfOpen: true });
    caller.send(bytes);
    const connection = await eventually(() =>
      rig.upstream.connections.find(({ received }) => received().includes(path)),
    );
    await eventually(() => /half(\r\n)?$/.test(connection.received()));
    caller.socket.end();
    await caller.untilClosed();
    await eventually(() => connection.socket.destroyed);
    expect(connection.received()).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it('that waits for an instance gets its answer when there is one', async () => {
    for (const { instance_id } of rig.running.registry.instances('p'))
      rig.running.registry.forget(instance_id);
    await eventually(async () => (await rig.running.upstreamCount()) === 0);
    const caller = await sendAndClose(request('GET', '/p/it'));
    await eventually(async () =>
      /^rollcall_gateway_held_requests\{.*\} 1$/m.test(
        await (await fetch(`${rig.running.adminUrl}/metrics`)).text(),
      ),
    );
    rig.running.registry.list({ service_name: 'p', url: rig.upstream.url, routes: [{ path_prefix: '/p' }] });
    (await eventually(() => asked.get('/p/it'))).send(okWith('whole'));
    expect(await caller.untilClosed()).toMatch(/whole$/);
  });

  it('counts as gone when no answer begins within five seconds, and frees the instance', async () => {
    const caller = await sendAndClose(request('GET', '/p/silent') + request('GET', '/p/behind'));
    const connection = await reached('/p/silent');
    await eventually(() => connection.socket.destroyed, { timeoutMs: 10_000 });
    await caller.untilClosed();
    expect(caller.received()).toBe('');
    expect(asked.has('/p/behind')).toBe(false);
    const [line] = await eventually(() => {
      const lines = rig.running.logged.filter(({ path }) => path === '/p/silent');
      return lines.length > 0 && lines;
    });
    expect(line).toMatchObject({ status: 499, attempts: 1 });
    expect(line?.['duration_ms']).toBeGreaterThanOrEqual(4900);
  });

  it('gets an answer whole that began in time, though it takes longer than those five seconds', async () => {
    const long = await sendAndClose(request('GET', '/p/long'));
    (await reached('/p/long')).send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun');
    await long.until('begun');
    // By its end the time of everybody who came before is over as well.
    const silent = await sendAndClose(request('GET', '/p/silent'));
    await eventually(() => silent.socket.readableEnded, { timeoutMs: 10_000 });
    asked.get('/p/long')?.send(' ends');
    expect(await long.untilClosed()).toMatch(/\r\n\r\nbegun ends$/);
  });

  it('and has gone frees the instance as soon as something was written to it', async () => {
    const caller = await rig.open();
    caller.send(request('GET', '/p/it'));
    const connection = await reached('/p/it');
    caller.socket.destroy();
    await rig.expectHealthy();
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun');
    // And nothing more: it is not the next write that finds out.
    await eventually(() => connection.socket.destroyed);
    const line = await eventually(() => rig.running.logged.findLast(({ path }) => path === '/p/it'));
    expect(line['duration_ms']).toBeLessThan(5000);
  });
});
