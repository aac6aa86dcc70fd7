import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { openRawConnection, type RawConnection } from './support/raw-request';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const HELLO = `\x81\x05hello`;
const GOING_AWAY = `\x88\x19\x03\xe9the gateway is stopping`;
const CLIENT_CLOSE = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);

describe('what never ends by itself, when the gateway stops', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let instanceSocket: Socket | undefined;
  let heard = Buffer.alloc(0);
  let stream: ServerResponse | undefined;

  beforeEach(async () => {
    heard = Buffer.alloc(0);
    running = await startGateway();
    upstream = await startUpstream((_req, res) => {
      stream = res;
      res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      res.write('data: one\n\n');
    });
    upstream.server.on('upgrade', (req, socket: Socket) => {
      instanceSocket = socket;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => (heard = Buffer.concat([heard, bytes])));
      socket.once('end', () => socket.end());
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${req.headers.upgrade ?? ''}\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
      );
    });
    running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterEach(() => Promise.all([running.stop(), upstream.stop()]));

  async function switched(protocol: string): Promise<RawConnection> {
    const connection = await openRawConnection(running.port);
    connection.send(
      `GET /s HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
    await connection.until('\r\n\r\n');
    return connection;
  }
  const body = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

  it('an event stream ends whole, and its instance is let go', async () => {
    const connection = await openRawConnection(running.port);
    connection.send('GET /s HTTP/1.1\r\nHost: h\r\n\r\n');
    await connection.until('data: one');
    const released = new Promise((resolve) => stream?.once('close', resolve));

    await running.gateway.stop();

    expect(await connection.untilClosed()).toMatch(/\r\n\r\nb\r\ndata: one\n\n\r\n0\r\n\r\n$/);
    await released;
    const line = running.logged.find(({ event, path }) => event === 'http_request' && path === '/s');
    expect(line).toMatchObject({ status: 200 });
    expect(line).not.toHaveProperty('cut');
  });

  it('a WebSocket is told between two frames, and its instance hears the goodbye', async () => {
    const connection = await switched('websocket');
    instanceSocket?.write(Buffer.from(HELLO, 'latin1'));
    await connection.until('hello');

    const stopped = running.gateway.stop();
    await connection.until('the gateway is stopping');
    instanceSocket?.write(Buffer.from(HELLO, 'latin1'));
    connection.socket.write(CLIENT_CLOSE);
    await eventually(() => heard.equals(CLIENT_CLOSE));
    connection.socket.end();
    await stopped;

    expect(body(await connection.untilClosed())).toBe(HELLO + GOING_AWAY);
  });

  it('a WebSocket in the middle of a frame is told when that has come', async () => {
    const connection = await switched('websocket');
    instanceSocket?.write(Buffer.from('\x81\x05he', 'latin1'));
    await connection.until('he');

    const stopped = running.gateway.stop();
    await eventually(async () => (await fetch(`${running.adminUrl}/readyz`)).status === 503);
    instanceSocket?.write(Buffer.from(`llo${HELLO}`, 'latin1'));
    await connection.until('the gateway is stopping');
    connection.socket.end();
    await stopped;

    expect(body(connection.received())).toMatch(new RegExp(`^${HELLO}(${HELLO})?${GOING_AWAY}$`));
  });

  it('a WebSocket whose caller says nothing is cut', async () => {
    const connection = await switched('websocket');
    await running.gateway.stop();
    expect(body(await connection.untilClosed())).toBe(GOING_AWAY);
  });

  it('another protocol is cut without a word in a language that it may not speak', async () => {
    const connection = await switched('other');
    await running.gateway.stop();
    expect(body(await connection.untilClosed())).toBe('');
  });
});
