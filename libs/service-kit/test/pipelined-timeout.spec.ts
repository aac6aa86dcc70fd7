import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createHttpServer, type HttpServer } from '../src/index';

/** More than are read ahead of the one that is being answered. */
const GETS = 17;
const BEHIND_IT = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(GETS);

describe.each([
  ['head', 'GET /last HTTP/1.1\r\nHo', 'st: h\r\n\r\n'],
  ['body', 'POST /last HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab', 'cd'],
])('a request whose %s is in part behind requests that wait to be answered', (_, begun, rest) => {
  let server: HttpServer;
  let port: number;
  let caller: Socket;
  let text = '';
  let slow: ServerResponse | undefined;

  beforeEach(async () => {
    [text, slow] = ['', undefined];
    server = createHttpServer({
      host: '127.0.0.1',
      port: 0,
      headersTimeoutMs: 1000,
      requestTimeoutMs: 1000,
      handler(req, res) {
        if (slow === undefined) slow = res;
        else req.resume().once('end', () => res.end(req.url));
      },
    });
    ({ port } = await server.start());
    caller = connect(port, '127.0.0.1');
    caller.setEncoding('latin1').on('data', (part: string) => (text += part));
    caller.on('error', () => undefined);
    caller.write(BEHIND_IT + begun);
  });
  afterEach(async () => {
    caller.destroy();
    await server.stop(0);
  });

  it('is not judged by the time in which this side did not read', async () => {
    const held = await eventually(() => slow);
    caller.write(rest);
    await untilLaterOnesAreRefused();
    held.end('/slow');
    await eventually(() => text.includes('/last') || caller.closed);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(Array.from({ length: GETS + 1 }, () => 'HTTP/1.1 200'));
  });

  it('is refused once it has not come while this side did read', async () => {
    const held = await eventually(() => slow);
    await untilLaterOnesAreRefused();
    expect(text).toBe('');
    held.end('/slow');
    await eventually(() => caller.closed);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([
      ...Array.from({ length: GETS }, () => 'HTTP/1.1 200'),
      'HTTP/1.1 408',
    ]);
  });

  /** A connection that is opened now has a late request after the one above. */
  async function untilLaterOnesAreRefused(): Promise<void> {
    const later = connect(port, '127.0.0.1');
    let answer = '';
    later.setEncoding('latin1').on('data', (part: string) => (answer += part));
    later.write('GET / HTTP/1.1\r\nHo');
    await eventually(() => answer.includes('HTTP/1.1 408'));
    later.destroy();
  }
});
