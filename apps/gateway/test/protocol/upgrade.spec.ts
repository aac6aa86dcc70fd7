import { createHash } from 'node:crypto';
import { eventually } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const switching = (path = '/ws', more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${KEY}\r\n${more}\r\n`;

describe('switching protocols', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let upstreamClosed = 0;

  beforeAll(async () => {
    running = await startGateway();
    upstream = await startUpstream((_req, res) => res.writeHead(403, { 'Content-Length': 2 }).end('no'));
    upstream.server.on('upgrade', (req, socket) => {
      // A gateway that stops cuts it.
      socket.on('error', () => undefined);
      socket.once('end', () => socket.end());
      if (req.url === '/ws/undecided') return;
      if (req.url === '/ws/refused') {
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
        return;
      }
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
      );
      socket.on('data', (bytes: Buffer) => socket.write(`echo ${bytes.toString()}`));
      socket.once('close', () => (upstreamClosed += 1));
    });
    running.registry.list({ service_name: 'ws', url: upstream.url, routes: [{ path_prefix: '/ws' }] });
    await eventually(async () => (await fetch(`${running.url}/ws`)).status === 403);
  });
  afterAll(() => Promise.all([running.stop(), upstream.stop()]));

  it('joins the two, both ways, until one ends it', async () => {
    const connection = await openRawConnection(running.port);
    connection.socket.write(switching());
    await eventually(() => connection.received().includes('\r\n\r\n'));
    expect(connection.received()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(connection.received()).toContain(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`);
    expect(connection.received()).toMatch(/Connection: Upgrade\r\nUpgrade: websocket\r\n/);
    for (const word of ['one', 'two']) {
      connection.socket.write(word);
      await eventually(() => connection.received().endsWith(`echo ${word}`));
    }
    expect(connection.received().match(/HTTP/g)).toHaveLength(1);
    const before = upstreamClosed;
    connection.socket.end();
    await connection.closed;
    await eventually(() => upstreamClosed === before + 1);
  });

  it('passes on what was sent together with the request', async () => {
    const connection = await openRawConnection(running.port);
    connection.socket.write(`${switching()}early`);
    await eventually(() => connection.received().endsWith('echo early'));
    connection.socket.destroy();
  });

  it('answers like any request what is not switched', async () => {
    for (const [path, status] of [
      ['/ws/refused', 403],
      ['/nowhere', 404],
    ]) {
      const connection = await openRawConnection(running.port);
      connection.socket.write(switching(String(path)));
      await connection.closed;
      expect(connection.received()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  it.each(['/ws', '/ws/undecided'])('are ended when the gateway stops (%s)', async (path) => {
    const other = await startGateway({}, { registry: running.registry });
    await eventually(async () => (await fetch(`${other.url}/ws`)).status === 403);
    const connection = await openRawConnection(other.port);
    const switched = new Promise((resolve) => upstream.server.once('upgrade', resolve));
    connection.socket.write(switching(path));
    await switched;
    await other.gateway.stop();
    await connection.closed;
  });
});
