import { eventually } from '@rollcall/testing';
import { openRawConnection } from './support/raw-request';
import { startGateway } from './support/start-gateway';
import { startUpstream } from './support/start-upstream';

describe('a gateway that stops', () => {
  it('finishes what is in flight, and closes the connection after it', async () => {
    const running = await startGateway();
    let finish = (): void => undefined;
    const upstream = await startUpstream((_req, res) => {
      finish = () => void res.end('whole');
    });
    running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
    const connection = await openRawConnection(running.port);
    connection.socket.write('GET /s HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => upstream.requests.length === 1);

    const stopped = running.gateway.stop();
    await eventually(async () => (await fetch(`${running.adminUrl}/readyz`)).status === 503);
    await expect(openRawConnection(running.port).then(({ closed }) => closed)).rejects.toThrow();
    finish();
    await connection.closed;
    expect(connection.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*whole/i);
    await stopped;
    await Promise.all([running.registry.stop(), upstream.stop()]);
  });

  it('cuts what does not finish in time', async () => {
    const running = await startGateway({ DRAIN_TIMEOUT_MS: '100' });
    const upstream = await startUpstream(() => undefined);
    running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
    await eventually(async () => (await running.upstreamCount()) === 1);
    const connection = await openRawConnection(running.port);
    connection.socket.write('GET /s HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => upstream.requests.length === 1);
    await running.gateway.stop();
    await connection.closed;
    expect(connection.received()).toBe('');
    await Promise.all([running.registry.stop(), upstream.stop()]);
  });

  it('stops once, however often it is asked', async () => {
    const running = await startGateway();
    await Promise.all([running.gateway.stop(), running.gateway.stop()]);
    await running.stop();
  });
});
