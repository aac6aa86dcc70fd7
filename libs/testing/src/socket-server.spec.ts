import { connect } from 'node:net';
import { closedPort } from './closed-port';
import { startHangingServer, startRawServer, startResettingServer } from './socket-server';

/** How a connection that sends a line ends: what was read, or the error's code. */
function endOfConnection(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('hello\n'));
    let read = '';
    socket.setEncoding('utf8').on('data', (text: string) => (read += text));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve(read));
  });
}

describe('doubles of servers', () => {
  it('refuse at a closed port', async () => {
    expect(await endOfConnection(await closedPort())).toBe('ECONNREFUSED');
  });

  it('reset', async () => {
    const server = await startResettingServer();

    expect(await endOfConnection(server.port)).toBe('ECONNRESET');
    expect(server.connections).toBe(1);

    await server.close();
  });

  it('answer what they were told', async () => {
    const server = await startRawServer('any bytes');

    expect(await endOfConnection(server.port)).toBe('any bytes');

    await server.close();
  });

  it('hang until they are closed', async () => {
    const server = await startHangingServer();
    let ended = false;
    const end = endOfConnection(server.port).then(() => (ended = true));
    while (server.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);

    await server.close();

    await end;
  });
});
