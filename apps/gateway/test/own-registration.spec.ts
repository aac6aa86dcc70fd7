import { createFakeRegistry } from '@rollcall/registry-client/testing';
import { closedPort, eventually } from '@rollcall/testing';
import { openRawConnection } from './support/raw-request';
import { startGateway, type RunningGateway } from './support/start-gateway';

describe('a gateway as a service among services', () => {
  let running: RunningGateway;

  beforeAll(async () => {
    running = await startGateway();
    await eventually(() => running.registry.instances('gateway').length === 1);
  });
  afterAll(() => running.stop());

  it('is registered at the address of its traffic, and announces no route', () => {
    expect(running.registry.instances('gateway')).toEqual([
      expect.objectContaining({ url: running.url, routes: [], status: 'up' }),
    ]);
  });

  it('is no upstream of itself', async () => {
    await eventually(() => running.registry.openWatches === 1);
    expect(await running.upstreamCount()).toBe(0);
    expect((await fetch(`${running.url}/gateway`)).status).toBe(404);
  });

  it.each(['/livez', '/readyz', '/health'])(
    'says on the port of its traffic who it is (%s)',
    async (path) => {
      const [own] = running.registry.instances('gateway');
      await eventually(async () => {
        const { headers } = await fetch(running.url + path);
        return headers.get('rollcall-instance') === `${own?.instance_id}/${own?.epoch}`;
      });
    },
  );

  it('is registered under the name and at the address that it is given', async () => {
    const other = await startGateway(
      { SERVICE_NAME: 'edge', ADVERTISE_URL: 'http://edge.example:8000' },
      { registry: running.registry },
    );
    await eventually(() => running.registry.instances('edge').length === 1);
    expect(running.registry.instances('edge')[0]).toMatchObject({ url: 'http://edge.example:8000' });
    await other.gateway.stop();
    expect(running.registry.instances('edge')).toEqual([]);
  });
});

describe('a gateway without a registry', () => {
  it('serves, and stops in time', async () => {
    const registry = createFakeRegistry();
    await registry.start();
    await registry.goAway();
    const running = await startGateway({}, { registry, synced: false });
    expect((await fetch(`${running.url}/livez`)).status).toBe(200);
    await running.stop();
    await expect(openRawConnection(running.port)).rejects.toThrow();
  });

  it('does not start on a port that is taken, and registers nothing', async () => {
    const running = await startGateway();
    await eventually(() => running.registry.instances('gateway').length === 1);
    const taken = { PORT: String(running.port), ADMIN_PORT: String(await closedPort()) };
    await expect(
      startGateway({ ...taken, SERVICE_NAME: 'late' }, { registry: running.registry }),
    ).rejects.toThrow(/taken/);
    expect(running.registry.instances('late')).toEqual([]);
    await running.stop();
  });
});
