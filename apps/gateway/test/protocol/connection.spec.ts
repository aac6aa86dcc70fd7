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

  it('has its requests answered in their order, in whatever order the instances do', async () => {
    const caller = await rig.open();
    caller.send(get('slow-1') + get('slow-2') + get('fast'));
    await eventually(() => waiting.size === 2);
    release('slow-2');
    release('slow-1');
    const text = await caller.until('fast');
    expect([...text.matchAll(/\r\n\r\n(slow-1|slow-2|fast)/g)].map(([, path]) => path)).toEqual([
      'slow-1',
      'slow-2',
      'fast',
    ]);
    expect(text.match(/^HTTP\/1\.1 200 OK\r$|(?<=slow-\d)HTTP\/1\.1 200 OK\r$/gm)?.length).toBe(3);
    caller.socket.destroy();
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
