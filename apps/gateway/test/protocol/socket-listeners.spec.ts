import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startRawRig } from '../support/raw-rig';
import { startGateway } from '../support/start-gateway';
import { startUpstream } from '../support/start-upstream';

const OFFER = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
const FIFTY = Array.from({ length: 50 });
/** Node tells of each socket there: of those that are accepted, and of those that are opened. */
const CHANNELS = ['net.server.socket', 'net.client.socket'];

it.each([
  ['plain', 'GET /s HTTP/1.1\r\nHost: h\r\n\r\n'],
  ['with a body', 'POST /s HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello'],
  ['with an offer and a body', `POST /s HTTP/1.1\r\nHost: h\r\n${OFFER}Content-Length: 5\r\n\r\nhello`],
])('fifty requests %s leave no listeners on the sockets of both sides', async (_, request) => {
  const sockets = new Set<Socket>();
  let ours: readonly Socket[] = [];
  const onSocket = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return;
    if (message.socket instanceof Socket) sockets.add(message.socket);
  };
  const upstream = await startUpstream((req, res) => req.resume().once('end', () => res.end('<answer>')));
  const running = await startGateway();
  running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
  await eventually(async () => (await running.upstreamCount()) === 1);
  for (const channel of CHANNELS) subscribe(channel, onSocket);
  const connection = await openRawConnection(running.port);
  const answers = (): number => connection.received().split('<answer>').length - 1;
  const listeners = (): readonly string[] =>
    ours.map((socket) =>
      socket
        .eventNames()
        .map((name) => `${String(name)} ${socket.listenerCount(name)}`)
        .sort()
        .join(', '),
    );

  connection.socket.write(request);
  await eventually(() => answers() === 1);
  for (const channel of CHANNELS) unsubscribe(channel, onSocket);
  // The caller's end and the gateway's of one connection, the gateway's and the instance's of the other. The channels
  // are the process's: what an earlier suite has left behind may still be opening sockets of its own.
  const ports = [running.port, Number(new URL(upstream.url).port)];
  ours = [...sockets].filter(({ localPort, remotePort }) =>
    ports.some((port) => port === localPort || port === remotePort),
  );
  expect(ours).toHaveLength(4);
  const afterOne = listeners();
  for (const sent of FIFTY.keys()) {
    connection.socket.write(request);
    await eventually(() => answers() === sent + 2);
  }
  await eventually(() => {
    expect(listeners()).toEqual(afterOne);
    return true;
  });
  connection.socket.destroy();
  await running.stop();
  await upstream.stop();
});

it('an answer in many small pieces that its caller does not read leaves one listener for when it does', async () => {
  const PIECES = 12_000;
  const piece = `3e8\r\n${'x'.repeat(1000)}\r\n`;
  const responses: ServerResponse[] = [];
  const onRequest = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('response' in message)) return;
    if (message.response instanceof ServerResponse) responses.push(message.response);
  };
  const rig = await startRawRig({
    onRequest: ({ send }) =>
      send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${piece.repeat(PIECES)}0\r\n\r\n`),
  });
  const caller = await rig.open();
  caller.socket.pause();
  subscribe('http.server.request.start', onRequest);
  caller.send('GET /p/it HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  const response = await eventually(() => responses.find(({ req }) => req.url === '/p/it'));
  unsubscribe('http.server.request.start', onRequest);
  await eventually(() => response.writableNeedDrain);
  expect(response.listenerCount('drain')).toBe(1);
  caller.socket.resume();
  // To look for its end in so long a text, again and again, would keep it from coming.
  const text = await caller.untilClosed();
  expect(text.slice(text.indexOf('\r\n\r\n')).replace(/[^x]/g, '')).toHaveLength(1000 * PIECES);
  caller.socket.destroy();
  await rig.stop();
});
