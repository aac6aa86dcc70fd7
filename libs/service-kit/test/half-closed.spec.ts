import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createHttpServer, type HttpServer } from '../src/index';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
/** Longer than any spec runs. */
const NEVER_MS = 600_000;

describe('a caller that closes its half of the connection', () => {
  const servers: HttpServer[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => server.stop(0)));
  });

  async function serving(handler: RequestListener, halfCloseGraceMs = NEVER_MS): Promise<number> {
    const server = createHttpServer({ handler, host: '127.0.0.1', port: 0, halfCloseGraceMs });
    servers.push(server);
    return (await server.start()).port;
  }
  /** Sends all it has to say, closes its half and goes on reading. */
  function sendAndClose(port: number, bytes: string): { received: () => string; over: Promise<string> } {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.end(bytes, 'latin1');
    const over = new Promise<string>((resolve) => {
      socket.on('error', () => undefined).once('close', () => resolve(text));
    });
    return { received: () => text, over };
  }
  /** The same, and does not read on: its system answers what still comes with a reset. */
  async function sendAndVanish(port: number, bytes: string, seen: () => unknown): Promise<void> {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.resume();
    await eventually(seen);
    socket.destroy();
  }
  /** Where a request was read, with the half of the connection closed behind it. */
  const halfClosed = (res: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      if (res.req.socket.readableEnded) resolve();
      else res.req.socket.once('end', () => setImmediate(resolve));
    });

  it.each([
    ['GET', get('/it')],
    ['POST with a length', 'POST /it HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody'],
    [
      'POST in chunks',
      'POST /it HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
    ],
    ['HTTP/1.0', 'GET /it HTTP/1.0\r\n\r\n'],
  ])('gets the answer that it waits for, and is told that the connection ends (%s)', async (_, request) => {
    const port = await serving((req, res) => {
      req.resume();
      void halfClosed(res).then(() => res.end('whole'));
    });
    expect(await sendAndClose(port, request).over).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*whole/,
    );
  });

  it('gets every answer to what it sent ahead, and only the last says that the connection ends', async () => {
    const port = await serving((req, res) => void halfClosed(res).then(() => res.end(`<${req.url}>`)));
    const text = await sendAndClose(port, get('/1') + get('/2') + get('/3')).over;
    expect(text.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
    expect(text.match(/Connection: (close|keep-alive)/gi)).toEqual([
      'Connection: keep-alive',
      'Connection: keep-alive',
      'Connection: close',
    ]);
  });

  it('gets the answers to whole requests when it has sent half of another one', async () => {
    let served = 0;
    const port = await serving((_req, res) => {
      served += 1;
      void halfClosed(res).then(() => res.end('whole'));
    });
    for (const half of ['GET /half HT', 'POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf'])
      expect(await sendAndClose(port, get('/it') + half).over).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*whole$/);
    expect(served).toBe(2);
  });

  it('in the middle of a body has ended its request', async () => {
    let closed = false;
    const port = await serving((req, res) => {
      req.on('error', () => undefined).resume();
      res.once('close', () => (closed = true));
    });
    await sendAndClose(port, 'POST /it HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf').over;
    expect(closed).toBe(true);
  });

  it('counts as gone when no answer begins in time, and what waits behind is not begun', async () => {
    const served: (string | undefined)[] = [];
    const port = await serving((req) => served.push(req.url), 50);
    expect(await sendAndClose(port, get('/silent') + get('/behind')).over).toBe('');
    expect(served).toEqual(['/silent']);
  });

  it('gets an answer whole that began in time, however long it takes, and nothing behind it', async () => {
    const served: (string | undefined)[] = [];
    const port = await serving((req, res) => {
      served.push(req.url);
      if (req.url !== '/long') return;
      // The connection of another caller, from whom everything is the same but for the answer, is over by then.
      void halfClosed(res).then(async () => {
        res.write('begun ');
        await sendAndClose(port, get('/silent')).over;
        res.end('and whole');
      });
    }, 50);
    const text = await sendAndClose(port, get('/long') + get('/behind')).over;
    expect(text).toMatch(/begun \r\n[^]*and whole/);
    expect(served).toEqual(['/long', '/silent']);
  });

  it('and has gone is noticed as soon as something was written to it', async () => {
    let gone = false;
    let answering: ServerResponse | undefined;
    const port = await serving((_req, res) => {
      answering = res;
      res.once('close', () => (gone = true));
    });
    await sendAndVanish(port, get('/it'), () => answering);
    await eventually(() => answering?.req.socket.readableEnded);
    // One write, of which the system says that it went well, and silence after it.
    answering?.write('is anybody there');
    await eventually(() => gone);
  });

  it('and has gone in the middle of an answer that says nothing more is noticed after the time', async () => {
    let gone = false;
    let answering: ServerResponse | undefined;
    const port = await serving((_req, res) => {
      answering = res;
      res.once('close', () => (gone = true));
      res.write('begun');
    }, 50);
    await sendAndVanish(port, get('/it'), () => answering);
    await eventually(() => gone);
  });

  it('keeps no server from its end', async () => {
    let answering: ServerResponse | undefined;
    const port = await serving((_req, res) => (answering = res));
    const { over } = sendAndClose(port, get('/it'));
    await eventually(() => answering?.req.socket.readableEnded);
    await servers[0]?.stop(0);
    expect(await over).toBe('');
  });
});
