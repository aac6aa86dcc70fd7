import { closedPort, eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('a gateway before two products', () => {
  let running: RunningGateway;
  let one: RunningUpstream;
  let two: RunningUpstream;
  const products = [{ path_prefix: '/products' }];
  const list = (url: string) => running.registry.list({ service_name: 'product', url, routes: products });

  beforeEach(async () => {
    running = await startGateway();
    one = await startUpstream((req, res) => res.end(`one ${req.method} ${req.url}`));
    two = await startUpstream((req, res) => res.end(`two ${req.method} ${req.url}`));
    list(one.url);
    list(two.url);
    await eventually(async () => (await fetch(`${running.url}/products`)).status === 200);
  });
  afterEach(() => Promise.all([running.stop(), one.stop(), two.stop()]));

  const get = async (path: string) => (await fetch(running.url + path)).text();

  it('takes turns between them', async () => {
    const before = [one.requests.length, two.requests.length];
    for (let request = 0; request < 10; request += 1) await get('/products');
    expect(one.requests.length - (before[0] ?? 0)).toBe(5);
    expect(two.requests.length - (before[1] ?? 0)).toBe(5);
  });

  it('forwards path, query and method as they are', async () => {
    const response = await fetch(`${running.url}/products/a%2Fb?x=1&x=%20`, { method: 'DELETE' });
    expect(await response.text()).toMatch(/ DELETE \/products\/a%2Fb\?x=1&x=%20$/);
  });

  it('answers 404 for a path that nobody has, and says that the answer is its own', async () => {
    const response = await fetch(`${running.url}/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('proxy-status')).toBe('rollcall; error=destination_not_found');
    expect(await response.json()).toMatchObject({ code: 'NO_ROUTE', status: 404, instance: '/nowhere' });
  });

  it('answers every request while a name that does not resolve is registered beside them', async () => {
    list('http://product:8081');
    await eventually(async () => ((await running.admin('/routes')) as Routes).routes[0]?.instances === 3);
    const statuses: number[] = [];
    for (let request = 0; request < 100; request += 1)
      statuses.push((await fetch(`${running.url}/products`)).status);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(((await running.admin('/upstreams')) as Upstreams).upstreams).toContainEqual(
      expect.objectContaining({
        url: 'http://product:8081',
        ejection: expect.objectContaining({ outcome: 'unreachable' }),
      }),
    );
  });

  it('sends a POST elsewhere, body and all, when an instance refuses the connection', async () => {
    const received: string[] = [];
    const echo = await startUpstream((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        received.push(body);
        res.end(body);
      });
    });
    const dead = `http://127.0.0.1:${await closedPort()}`;
    for (const url of [dead, echo.url])
      running.registry.list({ service_name: 'echo', url, routes: [{ path_prefix: '/echo' }] });
    await eventually(async () => (await running.upstreamCount()) === 4);
    for (let request = 0; request < 4; request += 1) {
      const body = `${'x'.repeat(200_000)}${request}`;
      const response = await fetch(`${running.url}/echo`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, body]);
    }
    expect(received.length).toBe(4);
    await echo.stop();
  });

  it('picks a draining instance no more and lets go of its idle connections', async () => {
    await Promise.all([get('/products'), get('/products'), get('/products'), get('/products')]);
    const [instance] = running.registry.instances('product');
    const target = instance?.url === one.url ? one : two;
    running.registry.update(instance?.instance_id ?? '', { status: 'draining' });
    await eventually(
      () =>
        new Promise<boolean>((resolve) =>
          target.server.getConnections((_error, count) => resolve(count === 0)),
        ),
    );
    const before = target.requests.length;
    for (let request = 0; request < 6; request += 1) await get('/products');
    expect(target.requests.length).toBe(before);
  });

  it('goes on by the last known good while the registry is away', async () => {
    await running.registry.goAway();
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${running.url}/products`)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    await running.registry.comeBack({ empty: true });
    await eventually(() => running.registry.openWatches === 1);
    expect((await fetch(`${running.url}/products`)).status).toBe(200);
  });

  it('refuses a prefix inside another service’s, and says why', async () => {
    running.registry.list({
      service_name: 'thief',
      url: one.url,
      routes: [{ path_prefix: '/products/special' }],
    });
    const routes = await eventually(async () => {
      const found = (await running.admin('/routes')) as Routes;
      return found.refused.length > 0 && found;
    });
    expect(routes.refused).toEqual([
      expect.objectContaining({ service: 'thief', reason: 'product holds /products' }),
    ]);
    const explained = await running.admin('/explain?path=/products/special/1');
    expect(explained).toMatchObject({
      verdict: 'forwarded',
      route: { service: 'product' },
      refused_announcements: [{ service: 'thief' }],
    });
  });
});

interface Routes {
  readonly routes: readonly { readonly instances: number }[];
  readonly refused: readonly unknown[];
}
interface Upstreams {
  readonly upstreams: readonly unknown[];
}
