import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { eventually } from '@rollcall/testing';
import type { RawConnection } from '../support/raw-request';
import { startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';
import { BINARY, CLOSE, frame, PING, TEXT } from '../support/websocket-frames';

const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
const handshake = (path = '/p/ws', more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n${more}\r\n`;

describe('a WebSocket', () => {
  let rig: RawRig;
  let onRequest: (connection: UpstreamConnection) => void;
  let onData: (connection: UpstreamConnection) => void;

  beforeEach(async () => {
    onRequest = ({ send }) => send(SWITCHED);
    onData = () => undefined;
    rig = await startRawRig(
      { onRequest: (connection) => onRequest(connection), onData: (connection) => onData(connection) },
      { IDLE_TIMEOUT_MS: '300' },
    );
  });
  afterEach(async () => {
    await rig.expectHealthy();
    await rig.stop();
  });

  async function joined(): Promise<{ caller: RawConnection; instance: UpstreamConnection }> {
    const caller = await rig.open({ allowHalfOpen: true });
    caller.send(handshake());
    await caller.until('\r\n\r\n');
    const instance = rig.upstream.connections.at(-1);
    if (instance === undefined) throw new Error('nobody was asked');
    return { caller, instance };
  }
  const received = ({ received: all }: UpstreamConnection): string =>
    all().split('\r\n\r\n').slice(1).join('\r\n\r\n');

  it('has its handshake passed on, and its answer', async () => {
    const { caller, instance } = await joined();
    expect(instance.received()).toMatch(/\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n/);
    for (const field of [
      /\r\nupgrade: websocket\r\n/i,
      /\r\nconnection: upgrade\r\n/i,
      /\r\nSec-WebSocket-Protocol: chat\r\n/,
    ])
      expect(instance.received()).toMatch(field);
    expect(caller.received()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(caller.received()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
    caller.socket.destroy();
  });

  it('carries text, binary and control frames both ways, byte for byte', async () => {
    const { caller, instance } = await joined();
    const binary = randomBytes(200_000).toString('latin1');
    const up = [
      frame(TEXT, 'hello', { masked: true }),
      frame(BINARY, binary, { masked: true }),
      frame(PING, '', { masked: true }),
    ].join('');
    const down = [frame(TEXT, 'hello', { masked: false }), frame(BINARY, binary, { masked: false })].join('');
    caller.send(up);
    instance.send(down);
    await eventually(() => received(instance).length >= up.length);
    await caller.until(down.slice(-20));
    expect(received(instance) === up).toBe(true);
    expect(caller.received().endsWith(down)).toBe(true);
    caller.socket.destroy();
  });

  it('is closed by close frames, from either side, and nothing is left open', async () => {
    for (const [first, second] of [
      ['caller', 'instance'],
      ['instance', 'caller'],
    ]) {
      const { caller, instance } = await joined();
      const say = {
        caller: () => caller.socket.end(frame(CLOSE, '\x03\xe8', { masked: true }), 'latin1'),
        instance: () => instance.socket.end(frame(CLOSE, '\x03\xe8', { masked: false }), 'latin1'),
      };
      const heard = {
        caller: () => caller.received().endsWith('\x88\x02\x03\xe8'),
        instance: () => received(instance).startsWith('\x88\x82'),
      };
      say[first === 'caller' ? 'caller' : 'instance']();
      await eventually(heard[second === 'caller' ? 'caller' : 'instance']);
      say[second === 'caller' ? 'caller' : 'instance']();
      await caller.untilClosed();
      await eventually(() => instance.socket.destroyed);
    }
  });

  it('that a caller has closed its half of still brings what the instance has to say', async () => {
    const { caller, instance } = await joined();
    instance.socket.allowHalfOpen = true;
    const ended = once(instance.socket, 'end');
    caller.socket.end(frame(CLOSE, '', { masked: true }), 'latin1');
    await ended;
    instance.send(frame(TEXT, 'last words', { masked: false }));
    await caller.until('last words');
    instance.socket.end(frame(CLOSE, '', { masked: false }), 'latin1');
    expect((await caller.untilClosed()).endsWith('last words\x88\x00')).toBe(true);
  });

  it('may be silent for longer than the idle time of bodies', async () => {
    const { caller, instance } = await joined();
    const idle = await rig.open();
    idle.send('POST /p/slow HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n');
    onRequest = () => undefined;
    // A body that fell silent at the same time has been given up by now.
    expect(await idle.until(/^HTTP\/1\.1 408 /)).toContain('REQUEST_TIMEOUT');
    instance.send(frame(TEXT, 'still here', { masked: false }));
    await caller.until('still here');
    caller.socket.destroy();
    idle.socket.destroy();
  });

  it('has the bytes that came with the handshake carried, on both sides', async () => {
    onRequest = ({ send }) => send(SWITCHED + frame(TEXT, 'welcome', { masked: false }));
    const caller = await rig.open();
    const early = frame(TEXT, 'early', { masked: true });
    caller.send(handshake() + early);
    await caller.until('welcome');
    const instance = rig.upstream.connections.at(-1);
    await eventually(() => instance !== undefined && received(instance) === early);
    caller.socket.destroy();
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'that breaks on one side (%s) breaks on the other',
    async (how) => {
      const first = await joined();
      first.caller.socket[how]();
      await eventually(() => first.instance.socket.destroyed);
      const second = await joined();
      second.instance.socket[how]();
      await second.caller.untilClosed();
    },
  );

  it.each([
    ['403 Forbidden', 'Content-Length: 2\r\n', 'no'],
    ['426 Upgrade Required', 'Upgrade: other\r\nContent-Length: 2\r\n', 'no'],
    ['200 OK', 'Transfer-Encoding: chunked\r\n', '2\r\nno\r\n0\r\n\r\n'],
  ])('that is refused (%s) has the refusal passed on, whole', async (status, fields, body) => {
    onRequest = ({ send }) => send(`HTTP/1.1 ${status}\r\n${fields}\r\n${body}`);
    const seen = await rig.answerAndClose(handshake());
    expect(seen).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    expect(seen).toMatch(/\r\n\r\n[^]*no/);
  });

  it('whose instance hangs up over the handshake is answered 502', async () => {
    onRequest = ({ socket }) => socket.destroy();
    expect(await rig.answerAndClose(handshake())).toMatch(/^HTTP\/1\.1 502 [^]*problem\+json/);
  });
});
