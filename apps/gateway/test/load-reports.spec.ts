import type { LoadEdge, LoadReport } from '@rollcall/contracts';
import { recogniseLoadReport } from '@rollcall/contracts';
import {
  createFakeRegistry,
  type FakeRegistry,
  type FakeRegistryOptions,
} from '@rollcall/registry-client/testing';
import { closedPort, eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream } from './support/start-upstream';

const routes = [{ path_prefix: '/products' }];

describe('the load reports of a gateway', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(options: FakeRegistryOptions = { reportIntervalMs: 100 }): Promise<RunningGateway> {
    const registry = createFakeRegistry({ heartbeatIntervalSeconds: 0.1, ...options });
    await registry.start();
    const running = await startGateway({}, { registry });
    cleanups.push(
      () => running.stop(),
      () => registry.stop(),
    );
    return running;
  }

  async function listed(registry: FakeRegistry, ...[serviceName = 'product']: string[]): Promise<string> {
    const upstream = await startUpstream();
    cleanups.push(() => upstream.stop());
    return registry.list({ service_name: serviceName, url: upstream.url, routes }).instance_id;
  }

  const reports = ({ registry }: RunningGateway): readonly LoadReport[] =>
    registry.calls('/reports').map(({ body }) => body as LoadReport);
  const latest = (running: RunningGateway) => reports(running).at(-1);
  const counting = (running: RunningGateway) => eventually(() => reports(running).length > 1);
  const requestsOn = (running: RunningGateway, isEdge: (edge: LoadEdge) => boolean): number =>
    reports(running)
      .flatMap(({ edges }) => edges.filter(isEdge))
      .reduce((sum, { requests }) => sum + requests, 0);

  it('have each request twice: by its route, and by the instance that it went to', async () => {
    const running = await start();
    const id = await listed(running.registry);
    await counting(running);
    await eventually(async () => (await fetch(`${running.url}/products`)).status === 200);
    for (let count = 0; count < 5; count += 1) await fetch(`${running.url}/products/1`);

    await eventually(() => {
      const byRoute = requestsOn(
        running,
        (edge) => edge.route === '/products' && edge.instance_id === undefined,
      );
      return (
        byRoute >= 5 &&
        byRoute === requestsOn(running, (edge) => edge.instance_id === id && !('route' in edge))
      );
    });
    for (const report of reports(running)) expect(recogniseLoadReport(report)).toBe(report);
  });

  it('do not have what went to no service: paths without a route, and its own', async () => {
    const running = await start();
    await counting(running);
    await fetch(`${running.url}/nothing`);
    await fetch(`${running.url}/livez`);
    const told = reports(running).length;
    await eventually(() => reports(running).length > told + 2);
    expect(requestsOn(running, () => true)).toBe(0);
  });

  it('say which instances it has ejected, by itself and by hand', async () => {
    const running = await start();
    const good = await listed(running.registry);
    await listed(running.registry);
    const { instance_id: away } = running.registry.list({
      service_name: 'product',
      url: `http://127.0.0.1:${await closedPort()}`,
      routes,
    });
    await counting(running);
    await eventually(async () => {
      await fetch(`${running.url}/products`);
      return latest(running)?.ejected?.some(
        ({ instance_id: id, cause }) => id === away && cause === 'connect',
      );
    });
    await fetch(`${running.adminUrl}/upstreams/${good}/eject`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a spec' }),
    });
    await eventually(() => {
      const byHand = latest(running)?.ejected?.find(({ cause }) => cause === 'by_hand');
      return byHand?.instance_id === good && byHand.outcome === 'a spec' && byHand.for_ms !== 0;
    });
  });

  it('say how many requests it holds, for which service', async () => {
    const running = await start();
    const id = await listed(running.registry);
    await eventually(async () => (await fetch(`${running.url}/products`)).status === 200);
    running.registry.forget(id);
    await eventually(async () => (await running.upstreamCount()) === 0);
    const gone = new AbortController();
    const waiting = fetch(`${running.url}/products`, { signal: gone.signal }).catch(() => undefined);
    await eventually(() => latest(running)?.held?.['product'] === 1);
    gone.abort();
    await waiting;
    await eventually(() => latest(running)?.held === undefined);
  });

  it('have a digest of the routes, equal at gateways that have the same ones', async () => {
    const running = await start();
    await listed(running.registry);
    const other = await startGateway({ SERVICE_NAME: 'edge' }, { registry: running.registry });
    cleanups.push(() => other.gateway.stop());
    const digests = () =>
      ['gateway', 'edge'].map(
        (name) => reports(running).findLast(({ reporter }) => reporter.service_name === name)?.routes_digest,
      );
    const [first] = await eventually(() => {
      const [one, two] = digests();
      return one !== undefined && one === two && one !== EMPTY ? [one] : undefined;
    });
    await listed(running.registry, 'invoice');
    running.registry.list({
      service_name: 'order',
      url: 'http://127.0.0.1:1',
      routes: [{ path_prefix: '/orders' }],
    });
    await eventually(() => {
      const [one, two] = digests();
      return one === two && one !== first;
    });
  });

  it('are not asked for again by a registry that knows none, and it serves all the same', async () => {
    const running = await start({ reportIntervalMs: undefined });
    await listed(running.registry);
    await eventually(async () => (await fetch(`${running.url}/products`)).status === 200);
    await eventually(() => reports(running).length === 1);
    const beats = running.registry.calls('/heartbeat').length;
    await eventually(() => running.registry.calls('/heartbeat').length > beats + 5);
    expect(reports(running)).toHaveLength(1);
  });
});

/** Of no route at all. */
const EMPTY = '0000000000000000';
