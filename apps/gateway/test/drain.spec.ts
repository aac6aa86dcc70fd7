import { createResolver } from '@rollcall/registry-client';
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
    await refused(running.port);
    finish();
    await connection.closed;
    expect(connection.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*whole/i);
    await stopped;
    await Promise.all([running.registry.stop(), upstream.stop()]);
  });

  it('does not wait for callers that have given up, nor for connections on which nothing was asked', async () => {
    const running = await startGateway({ DRAIN_TIMEOUT_MS: '600000', HOLD_TIMEOUT_MS: '600000' });
    const upstream = await startUpstream();
    const listed = { service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] };
    const { instance_id } = running.registry.list(listed);
    await eventually(async () => (await fetch(`${running.url}/s`)).status === 200);
    running.registry.forget(instance_id);
    await eventually(async () => (await running.upstreamCount()) === 0);
    const areHeld = async (): Promise<boolean> =>
      /held_requests\{.*\} 4\n/.test(await (await fetch(`${running.adminUrl}/metrics`)).text());

    const givingUp = new AbortController();
    const waiting = [1, 2, 3].map(() => fetch(`${running.url}/s`, { signal: givingUp.signal }));
    const reset = await openRawConnection(running.port);
    reset.socket.write('GET /s HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(areHeld);
    givingUp.abort();
    reset.socket.resetAndDestroy();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(
      waiting.map(() => 'rejected'),
    );
    const unused = await openRawConnection(running.port);

    await running.gateway.stop();
    await unused.closed;
    expect(unused.received()).toBe('');
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

  it('is drained at the registry by all who watch it before it stops accepting', async () => {
    const running = await startGateway();
    const caller = createResolver({ registryUrls: [running.registry.url], services: ['gateway'] });
    const seen: (string | undefined)[] = [];
    caller.watch('gateway', (result) => {
      if ('snapshot' in result) seen.push(result.snapshot.instances[0]?.status);
    });
    await caller.start();
    await eventually(() => seen.at(-1) === 'up');
    const [own] = running.registry.instances('gateway');
    const release = running.registry.holdAnswers(`/instances/${own?.instance_id}/drain`);

    const stopped = running.gateway.stop();
    await eventually(() => seen.at(-1) === 'draining');
    expect((await fetch(`${running.url}/livez`)).headers.get('connection')).toBe('close');
    release();
    await stopped;
    expect(running.registry.instances('gateway')).toEqual([]);
    await Promise.all([caller.stop(), running.registry.stop()]);
  });

  it('answers on connections that were idle when it began, closing them, and then stops without waiting', async () => {
    const running = await startGateway({ DRAIN_LINGER_MS: '60000', DRAIN_TIMEOUT_MS: '120000' });
    const connection = await openRawConnection(running.port);
    connection.send('GET /livez HTTP/1.1\r\nHost: h\r\n\r\n');
    await connection.until('process ok');

    const stopped = running.gateway.stop();
    await eventually(() => running.registry.instances('gateway')[0]?.status !== 'up');
    connection.send('GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await connection.untilClosed()).toMatch(/HTTP\/1\.1 503 [^]*connection: close\r\n/i);
    await stopped;
    await running.registry.stop();
  });

  it('stops once, however often it is asked', async () => {
    const running = await startGateway();
    await Promise.all([running.gateway.stop(), running.gateway.stop()]);
    await running.stop();
  });
});

/** Waits until the port takes nobody any more. */
async function refused(port: number): Promise<void> {
  await eventually(async () => {
    const connection = await openRawConnection(port).catch(() => undefined);
    connection?.socket.destroy();
    return connection === undefined;
  });
}
