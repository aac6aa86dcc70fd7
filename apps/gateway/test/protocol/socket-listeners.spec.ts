import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
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
