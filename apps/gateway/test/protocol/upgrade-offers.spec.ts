import { eventually } from '@rollcall/testing';
import type { RawConnection } from '../support/raw-request';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
const TLS = 'Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n';
const EXEC = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';
const BODY = 'Content-Length: 5\r\n\r\nhello';
const CHUNKS = 'Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n';

const request = (path: string, fields: string, rest = BODY, version = '1.1'): string =>
  `POST ${path} HTTP/${version}\r\nHost: h\r\n${fields}${rest}`;

describe('an offer to switch protocols', () => {
  let rig: RawRig;
  let onRequest: (connection: UpstreamConnection, bytes: string) => void;
  let onData: (connection: UpstreamConnection) => void;

  beforeAll(async () => {
    rig = await startRawRig({
      onRequest: (connection, bytes) => onRequest(connection, bytes),
      onData: (connection) => onData(connection),
    });
  });
  beforeEach(() => {
    onRequest = ({ send }) => send(okWith('done'));
    onData = () => undefined;
  });
  afterEach(() => rig.expectHealthy());
  afterAll(() => rig.stop());
  const lastRequest = (): string => rig.upstream.requests().at(-1) ?? '';
  /** The instance agrees, and says what it gets back to the caller. */
  const agree = ({ socket, send, received }: UpstreamConnection): void => {
    send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    let seen = received().length;
    socket.on('data', () => {
      send(`echo ${received().slice(seen)}`);
      seen = received().length;
    });
  };

  describe.each([
    ['HTTP/2, of Java', H2C],
    ['TLS, of Apache', TLS],
    ['both', 'Connection: Upgrade\r\nUpgrade: h2c, TLS/1.3\r\n'],
  ])('that is not for an instance (%s)', (_, offer) => {
    it.each([
      ['a length', BODY],
      ['chunks', CHUNKS],
    ])('leaves the body and the connection alone (%s)', async (_name, rest) => {
      const caller = await rig.open();
      caller.send(request('/p/first', offer, rest));
      await caller.until('done');
      expect(lastRequest()).toMatch(
        /hello/i.test(rest) ? /\r\n\r\nhello$/ : /\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n$/,
      );
      expect(lastRequest()).not.toMatch(/upgrade|http2-settings/i);
      caller.send(request('/p/second', offer, rest));
      await caller.until(/done[^]*done$/);
      expect(caller.received()).not.toMatch(/connection: close/i);
      caller.socket.destroy();
    });

    it('is left alone by what the gateway answers itself', async () => {
      const caller = await rig.open();
      for (const path of ['/livez', '/nowhere', '/livez']) {
        const seen = caller.received().length;
        caller.send(`GET ${path} HTTP/1.1\r\nHost: h\r\n${offer}\r\n`);
        await eventually(() => /\r\n\r\n[^]+$/.test(caller.received().slice(seen)));
      }
      expect(caller.received()).not.toMatch(/connection: close/i);
      caller.socket.destroy();
    });
  });

  it('means nothing in HTTP/1.0, whatever it is for', async () => {
    await rig.answerAndClose(request('/p/old', EXEC, BODY, '1.0'));
    expect(lastRequest()).toMatch(/^POST \/p\/old [^]*\r\n\r\nhello$/);
    expect(lastRequest()).not.toMatch(/upgrade/i);
  });

  it('of several protocols is passed on but for those that no instance can be asked for', async () => {
    await rig.answerTo(
      'GET /p/ws HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c, websocket, TLS/1.2, foo/2\r\n\r\n',
      'done',
    );
    expect(lastRequest()).toMatch(/\r\nConnection: Upgrade\r\nUpgrade: websocket, foo\/2\r\n/);
  });

  describe('that an instance is asked for, with a body', () => {
    it.each([
      ['a length', BODY, /hello$/],
      ['chunks', CHUNKS, /helloX-Trailer: 1$/],
    ])('is passed on with it, and may be agreed to (%s)', async (_, rest, wanted) => {
      onRequest = agree;
      const caller = await rig.open();
      caller.send(request('/p/exec', EXEC, rest));
      expect(await caller.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
      expect(lastRequest()).toMatch(/\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n/);
      expect(
        lastRequest()
          .replace(/\r\n(3|2|0)\r\n/g, '')
          .replace(/\r\n/g, ''),
      ).toMatch(wanted);
      caller.send('in the other protocol');
      await caller.until(/echo in the other protocol$/);
      caller.socket.destroy();
    });

    it('may come in pieces, with bytes of the other protocol behind it', async () => {
      onRequest = agree;
      const caller = await rig.open();
      caller.socket.setNoDelay(true);
      for (const piece of request('/p/exec', EXEC, CHUNKS).match(/[^]{1,7}/g) ?? [])
        await new Promise((sent) => caller.socket.write(piece, sent));
      caller.send('early');
      await caller.until(/echo early$/);
      caller.socket.destroy();
    });

    it('may be asked for with an expectation', async () => {
      onRequest = agree;
      const caller = await rig.open();
      caller.send(request('/p/exec', `${EXEC}Expect: 100-continue\r\n`, 'Content-Length: 5\r\n\r\n'));
      expect(await caller.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
      caller.send('hello');
      expect(await caller.until('101 Switching')).toContain('HTTP/1.1 101 Switching Protocols\r\n');
      caller.socket.destroy();
    });

    it('may be declined, by an answer of any length, which ends the connection', async () => {
      const long = 'x'.repeat(3_000_000);
      onRequest = ({ send }) => send(okWith(long));
      const caller = await rig.open();
      caller.send(request('/p/exec', EXEC));
      // A caller that takes its time: what does not fit must wait until there is room.
      caller.socket.pause();
      await eventually(() => rig.upstream.requests().at(-1)?.endsWith('hello'));
      caller.socket.resume();
      const text = await caller.untilClosed();
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n/i);
      expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(long);
    });

    it('is not agreed to in the middle of it', async () => {
      onData = ({ received, send }) => {
        if (received().endsWith('half')) send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\n\r\n');
      };
      const text = await rig.answerAndClose(request('/p/exec', EXEC, 'Content-Length: 9\r\n\r\nhalf'));
      expect(text).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_BAD_RESPONSE/);
    });

    it('with malformed chunks is refused', async () => {
      const rest = 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n';
      const text = await rig.answerAndClose(request('/p/exec', EXEC, rest));
      expect(text).toMatch(/^HTTP\/1\.1 400 [^]*The body is malformed/);
    });

    it('with trailers that are too long is refused, and no setting for answers is blamed', async () => {
      const rest = `Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
      const text = await rig.answerAndClose(request('/p/exec', EXEC, rest));
      expect(text).toMatch(/^HTTP\/1\.1 400 [^]*trailers longer than 16384 bytes/);
      expect(text).not.toContain('MAX_ANSWER_HEAD_BYTES');
    });

    it.each(['Transfer-Encoding: gzip, chunked\r\n', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n'])(
      'whose end can be read in two ways is refused (%s)',
      async (framing) => {
        const seen = rig.upstream.requests().length;
        const text = await rig.answerAndClose(request('/p/exec', EXEC, `${framing}\r\nhello`));
        expect(text).toMatch(/^HTTP\/1\.1 400 /);
        expect(rig.upstream.requests().length).toBe(seen);
      },
    );

    const leaving: Record<string, (caller: RawConnection, path: string) => void> = {
      'in the middle of its body': ({ send, socket }, path) => {
        send(request(path, EXEC, 'Content-Length: 9\r\n\r\nhalf'));
        socket.end();
      },
      'before anybody has agreed': ({ send, socket }, path) => {
        send(request(path, EXEC));
        socket.end();
      },
    };
    it.each(Object.entries(leaving))('is over when its caller leaves %s', async (how, leave) => {
      onRequest = () => undefined;
      const path = `/p/left-${how.length}`;
      leave(await rig.open(), path);
      const asked = await eventually(() =>
        rig.upstream.connections.find(({ received }) => received().includes(path)),
      );
      await eventually(() => asked.socket.destroyed, { timeoutMs: 10_000 });
    });
  });
});
