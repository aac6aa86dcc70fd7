import { eventually } from '@rollcall/testing';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const get = (path: string, version = '1.1', fields = ''): string =>
  `GET /p/${path} HTTP/${version}\r\nHost: h\r\n${fields}\r\n`;

describe('the connection of a caller', () => {
  let rig: RawRig;
  const waiting = new Map<string, UpstreamConnection>();

  beforeAll(async () => {
    rig = await startRawRig({
      onRequest(connection, request) {
        const path = /\/p\/(\S+)/.exec(request)?.[1] ?? '';
        if (path.startsWith('slow')) waiting.set(path, connection);
        else if (path === 'chunks')
          connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nchunks\r\n0\r\n\r\n');
        else connection.send(okWith(path));
      },
    });
  });
  afterAll(() => rig.stop());
  const release = (path: string): void => waiting.get(path)?.send(okWith(path));

  it('has its requests served one after another, in their order', async () => {
    const caller = await rig.open();
    caller.send(get('slow-1') + get('slow-2') + get('fast'));
    await eventually(() => waiting.has('slow-1'));
    await rig.expectHealthy();
    expect(waiting.has('slow-2')).toBe(false);
    release('slow-1');
    await eventually(() => waiting.has('slow-2'));
    release('slow-2');
    const text = await caller.until('fast');
    expect([...text.matchAll(/\r\n\r\n(slow-1|slow-2|fast)/g)].map(([, path]) => path)).toEqual([
      'slow-1',
      'slow-2',
      'fast',
    ]);
    caller.socket.destroy();
  });

  it('has any number of requests waiting, and none is lost', async () => {
    const caller = await rig.open();
    const paths = Array.from({ length: 500 }, (_, index) => `many-${index}`);
    caller.send(get('slow-first') + paths.map((path) => get(path)).join(''));
    await eventually(() => waiting.has('slow-first'));
    release('slow-first');
    const text = await caller.until('many-499');
    expect([...text.matchAll(/\r\n\r\n(many-\d+)/g)].map(([, path]) => path)).toEqual(paths);
    caller.socket.destroy();
  });

  it('that goes takes with it what it had asked for, and what waited is not asked for any more', async () => {
    const caller = await rig.open();
    caller.send(get('slow-a') + get('slow-b'));
    const first = await eventually(() => waiting.get('slow-a'));
    caller.socket.destroy();
    await eventually(() => first.socket.destroyed);
    await rig.expectHealthy();
    expect(waiting.has('slow-b')).toBe(false);
  });

  it('has nothing served behind an answer that closes it', async () => {
    const caller = await rig.open();
    caller.send(get('last', '1.0') + get('slow-unheard'));
    expect(await caller.untilClosed()).toMatch(/connection: close\r\n[^]*last$/i);
    await rig.expectHealthy();
    expect(waiting.has('slow-unheard')).toBe(false);
  });

  it('that would switch protocols behind a request under way waits for its answer, and then is asked for', async () => {
    const caller = await rig.open();
    caller.send(get('slow-under') + get('ws', '1.1', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
    await eventually(() => waiting.has('slow-under'));
    release('slow-under');
    expect(await caller.untilClosed()).toMatch(/slow-underHTTP\/1\.1 200 OK\r\n[^]*ws$/);
  });

  it('has a request with a body and the one behind it kept apart', async () => {
    const caller = await rig.open();
    caller.send(`POST /p/first HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc${get('second')}`);
    await caller.until('second');
    expect(rig.upstream.requests().filter((bytes) => bytes.endsWith('\r\n\r\nabc')).length).toBe(1);
    caller.socket.destroy();
  });

  it('is kept in HTTP/1.1 unless it says close', async () => {
    const caller = await rig.open();
    caller.send(get('one'));
    expect(await caller.until('one')).not.toMatch(/connection: close/i);
    caller.send(get('two', '1.1', 'Connection: close\r\n'));
    expect(await caller.untilClosed()).toMatch(/connection: close\r\n[^]*two$/i);
  });

  it('is closed in HTTP/1.0 unless it says keep-alive', async () => {
    expect(await rig.answerAndClose(get('one', '1.0'))).toMatch(/connection: close\r\n[^]*one$/i);
    const caller = await rig.open();
    caller.send(get('one', '1.0', 'Connection: keep-alive\r\n'));
    expect(await caller.until('one')).toMatch(/connection: keep-alive\r\n/i);
    caller.send(get('two', '1.0', 'Connection: keep-alive\r\n'));
    await caller.until('two');
    caller.socket.destroy();
  });

  it('in HTTP/1.0 gets a body of unknown length without chunks, and its end by the close', async () => {
    const text = await rig.answerAndClose(get('chunks', '1.0', 'Connection: keep-alive\r\n'));
    expect(text).toMatch(/\r\n\r\nchunks$/);
    expect(text).not.toMatch(/transfer-encoding/i);
  });
});
