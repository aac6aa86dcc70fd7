import { createServer } from 'node:http';
import { closedPort, eventually, startHangingServer, timeScale } from '@rollcall/testing';
import { createFixedResolver } from '../testing';
import type { CallAttempt } from './attempt';
import { createServiceClient } from './service-client';
import type { ServiceClientOptions } from './service-client-options';

describe('onAttempt', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  async function answering(status: number): Promise<string> {
    const server = createServer((_request, response) => response.writeHead(status).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }
  const refusing = async () => `http://127.0.0.1:${await closedPort()}`;

  async function attemptsAt(
    urls: readonly string[],
    options: Partial<ServiceClientOptions> = {},
  ): Promise<readonly CallAttempt[]> {
    const told: CallAttempt[] = [];
    const client = createServiceClient({
      resolver: createFixedResolver({ product: [...urls] }),
      serviceName: 'product',
      timeoutMs: 5000 * timeScale,
      onAttempt: (attempt) => told.push(attempt),
      ...options,
    });
    await client.get('/products', { validateStatus: () => true }).catch(() => undefined);
    return told;
  }

  it.each([200, 404, 503])('is told of an answer, whatever its status: %d', async (status) => {
    expect(await attemptsAt([await answering(status)])).toEqual([
      {
        serviceName: 'product',
        instanceId: expect.any(String),
        method: 'GET',
        result: status,
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('is told of each attempt of a call, those that failed among them', async () => {
    const told = await attemptsAt([await refusing(), await refusing()]);
    expect(told.map(({ result }) => result)).toEqual(['refused', 'refused']);
    expect(new Set(told.map(({ instanceId }) => instanceId)).size).toBe(2);
  });

  it('is told of an attempt that was not answered in time, after the time', async () => {
    const hanging = await startHangingServer();
    cleanups.push(() => hanging.close());
    const [attempt] = await attemptsAt([hanging.url], { attemptTimeoutMs: 50, maxAttempts: 1 });
    expect(attempt?.result).toBe('timed_out');
    // Node's timers may fire a fraction of a millisecond early.
    expect(attempt?.durationMs).toBeGreaterThan(45);
  });

  it('is told when the answer begins, and not when all of it has come', async () => {
    let finish = (): void => undefined;
    const server = createServer((_request, response) => {
      response.write('{');
      finish = () => void response.end('}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const told: CallAttempt[] = [];
    const client = createServiceClient({
      resolver: createFixedResolver({
        product: [`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`],
      }),
      serviceName: 'product',
      timeoutMs: 5000 * timeScale,
      onAttempt: (attempt) => told.push(attempt),
    });
    const response = await client.get('/products', { responseType: 'stream' });
    expect(told).toHaveLength(1);
    finish();
    await eventually(() => response.data.resume().readableEnded);
    cleanups.push(() => server.closeAllConnections());
  });

  it('does not end a call by what it throws', async () => {
    const client = createServiceClient({
      resolver: createFixedResolver({ product: [await answering(200)] }),
      serviceName: 'product',
      timeoutMs: 5000 * timeScale,
      onAttempt: () => {
        throw new Error('a fault in a metric');
      },
    });
    expect((await client.get('/products')).status).toBe(200);
  });
});
