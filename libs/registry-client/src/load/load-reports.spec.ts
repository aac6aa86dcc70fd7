import { createServer, type RequestListener } from 'node:http';
import type { LoadEdge, LoadReport } from '@rollcall/contracts';
import { loadReportSchema, recogniseLoadReport } from '@rollcall/contracts';
import { closedPort, eventually, timeScale } from '@rollcall/testing';
import fc from 'fast-check';
import { createRegistrarScene } from '../../test/registrar-scene';
import { createRegistryCalls } from '../registry/registry-calls';
import { createServiceClient } from '../service-client/service-client';
import { createFixedResolver, type FakeRegistry } from '../testing';
import { createLoadMeter, type LoadMeter } from './load-meter';
import { loadReportBody } from './load-report-body';
import { createLoadReportLoop } from './load-report-loop';
import { mergeLoads, type TakenLoad } from './taken-load';

const { startRegistry, observe, onCleanup, cleanUp } = createRegistrarScene();
afterEach(cleanUp);

const EVERY_100_MS = { reportIntervalMs: 100 };

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanup(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const clientOf = (load: LoadMeter, ...urls: string[]) =>
  createServiceClient({
    load,
    resolver: createFixedResolver({ product: urls }),
    serviceName: 'product',
    timeoutMs: 5000 * timeScale,
    circuitBreaker: false,
  });

const reportsTo = (registry: FakeRegistry): readonly LoadReport[] =>
  registry.calls('/reports').map(({ body }) => body as LoadReport);

/** All that a registry was told of one edge. */
function told(registry: FakeRegistry, isEdge: (edge: LoadEdge) => boolean) {
  const edges = reportsTo(registry).flatMap((report) => report.edges.filter(isEdge));
  return mergeLoads([{ edges }]).edges[0];
}
const calls = ({ instance_id: id }: LoadEdge): boolean => id === undefined;

/** A registrar of these registries that was started. */
async function started(load: LoadMeter, ...registries: readonly FakeRegistry[]) {
  const observed = observe({
    registryUrls: registries.map(({ url }) => url),
    load,
    registration: { service_name: 'order' },
  });
  await observed.registrar.start();
  return observed;
}

/** A registrar that reports, once the registries want it to. */
async function reporting(load: LoadMeter, ...registries: readonly FakeRegistry[]): Promise<void> {
  await started(load, ...registries);
  for (const registry of registries) await eventually(() => reportsTo(registry).length > 1);
}

describe('what a service sends to others', () => {
  it('is reported: the calls as they ended, and each attempt by its instance and outcome', async () => {
    const registry = await startRegistry(EVERY_100_MS);
    const load = createLoadMeter();
    await reporting(load, registry);
    const well = await serving((_request, response) => response.end('{}'));
    const client = clientOf(load, well, `http://127.0.0.1:${await closedPort()}`);
    for (let call = 0; call < 4; call += 1) await client.get('/products');

    const edge = await eventually(() => {
      const sum = told(registry, calls);
      return sum?.requests === 4 ? sum : undefined;
    });
    expect(edge).toMatchObject({ service_name: 'product', requests: 4, failed: 0 });
    expect(edge.retried).toBeGreaterThan(0);
    expect(Object.values(edge.buckets).reduce((sum, count) => sum + count, 0)).toBe(4);
    const attempts = await eventually(() => {
      const sum = told(registry, (one) => one.instance_id !== undefined && one.failed > 0);
      return sum?.outcomes?.refused === edge.retried ? sum : undefined;
    });
    expect(attempts.failed).toBe(edge.retried);
    for (const report of reportsTo(registry)) expect(recogniseLoadReport(report)).toBe(report);
    expect(reportsTo(registry).map(({ seq }) => seq)).toEqual(
      Array.from(reportsTo(registry), (_report, index) => index + 1),
    );
  });

  it.each([
    ['an answer of 5xx', (load: LoadMeter) => failing(load, 500), { failed: 1, outcomes: { s5xx: 1 } }],
    ['an answer of 4xx', (load: LoadMeter) => failing(load, 404), { failed: 0 }],
    [
      'a connection that breaks',
      (load: LoadMeter) => failing(load, 0),
      { failed: 1, outcomes: { reset: 1 } },
    ],
    [
      'an instance that is away',
      async (load: LoadMeter) => clientOf(load, `http://127.0.0.1:${await closedPort()}`).post('/orders'),
      { failed: 1, outcomes: { refused: 1 } },
    ],
    [
      'a call that cannot be sent',
      (load: LoadMeter) => failing(load, 200, 'http://elsewhere/'),
      { failed: 0 },
    ],
  ])('counts %s', async (_what, send, expected) => {
    const registry = await startRegistry(EVERY_100_MS);
    const load = createLoadMeter();
    await reporting(load, registry);
    await send(load).catch(() => undefined);
    const edge = await eventually(() => told(registry, (one) => calls(one) && one.requests > 0));
    expect(edge).toMatchObject({ requests: 1, ...expected });
  });

  it('has a call in flight until it is over, and none thereafter', async () => {
    const registry = await startRegistry(EVERY_100_MS);
    const load = createLoadMeter();
    await reporting(load, registry);
    let answer = (): void => undefined;
    const slow = await serving((_request, response) => {
      answer = () => void response.end('{}');
    });
    const call = clientOf(load, slow).get('/slow');
    const latest = () => reportsTo(registry).at(-1)?.edges.find(calls);
    await eventually(() => latest()?.in_flight === 1);
    answer();
    await call;
    await eventually(() => told(registry, calls)?.requests === 1 && latest() === undefined);
  });

  it('is told to every registry, whatever becomes of another one', async () => {
    const registries = [await startRegistry(EVERY_100_MS), await startRegistry(EVERY_100_MS)];
    const load = createLoadMeter();
    const { seen } = await started(load, ...registries);
    const { registryUrl } = await seen('registered');
    for (const registry of registries) await eventually(() => reportsTo(registry).length > 0);

    const home = registries.find(({ url }) => url === registryUrl);
    await registries.find(({ url }) => url !== registryUrl)?.goAway();
    const client = clientOf(load, await serving((_request, response) => response.end('{}')));
    await eventually(async () => {
      await client.get('/products');
      return home && (told(home, calls)?.requests ?? 0) > 0;
    });
  });
});

describe('at the end of a service', () => {
  /** A registrar that has nothing to report for a minute, and whose load is counted. */
  async function counting(registry: FakeRegistry) {
    const load = createLoadMeter();
    const { registrar } = await started(load, registry);
    const client = clientOf(load, await serving((_request, response) => response.end('{}')));
    await eventually(async () => {
      await client.get('/products');
      return load.take().edges.length > 0;
    });
    return { registrar, client };
  }

  it('what was not reported yet is, what it sent while it was being drained included', async () => {
    const registry = await startRegistry({ reportIntervalMs: 60_000 });
    const { registrar, client } = await counting(registry);
    await client.get('/products');
    await registrar.stop({ whenIdle: async () => void (await client.get('/products')) });
    expect(told(registry, calls)).toMatchObject({ requests: 2, in_flight: 0 });
    expect(registry.instances()).toEqual([]);
  });

  it('nothing is where nothing is left to report', async () => {
    const registry = await startRegistry({ reportIntervalMs: 60_000 });
    const { registrar } = await counting(registry);
    await registrar.stop();
    expect(reportsTo(registry)).toHaveLength(1);
  });

  it('a registry that has gone keeps it from nothing', async () => {
    const registry = await startRegistry({ reportIntervalMs: 60_000 });
    const { registrar, client } = await counting(registry);
    await client.get('/products');
    await registry.goAway();
    await registrar.stop();
    expect(registrar.state()).toEqual({ phase: 'stopped' });
    expect(reportsTo(registry)).toHaveLength(1);
  });

  it('a registry that takes it and does not answer does not hold it up', async () => {
    let reports = 0;
    const registryUrl = await serving((_request, response) => {
      reports += 1;
      if (reports === 1)
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ interval_ms: 60_000 }));
    });
    const load = createLoadMeter();
    const loop = createLoadReportLoop({
      source: load,
      registryUrls: [registryUrl],
      // So that nothing else ends the call.
      calls: createRegistryCalls({}, 600_000),
      reporter: () => ({ service_name: 'order', instance_id: 'o-1', epoch: 1 }),
      random: Math.random,
    });
    onCleanup(async () => loop.stop());
    loop.start();
    const client = clientOf(load, await serving((_request, response) => response.end('{}')));
    await eventually(async () => {
      await client.get('/products');
      return load.take().edges.length > 0;
    });
    await client.get('/products');

    await loop.finish();

    expect(reports).toBe(2);
  });
});

describe('a registry that wants no reports', () => {
  it.each([
    ['because they are off there', { reportIntervalMs: 0 }],
    ['because it knows none', { reportIntervalMs: undefined }],
  ])('%s is asked once, and nothing is counted', async (_why, options) => {
    const registry = await startRegistry(options);
    const load = createLoadMeter();
    await started(load, registry);
    await eventually(() => reportsTo(registry).length === 1);
    const well = await serving((_request, response) => response.end('{}'));
    await clientOf(load, well).get('/products');
    const heartbeats = registry.calls('/heartbeat').length;
    await eventually(() => registry.calls('/heartbeat').length > heartbeats + 5);
    expect(reportsTo(registry)).toHaveLength(1);
    expect(load.take().edges).toEqual([]);
  });
});

describe('a report', () => {
  const count = fc.nat({ max: 1_000_000 });
  const edge = fc
    .record({
      service_name: fc.constantFrom('product', 'invoice', 'a'.repeat(63)),
      instance_id: fc.uuid(),
      route: fc.stringMatching(/^\/[a-z]{0,1100}$/),
      requests: count,
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      in_flight: fc.nat({ max: 10 }),
      buckets: fc.dictionary(fc.nat({ max: 73 }).map(String), count, { maxKeys: 74 }),
    })
    .map(({ part, ...rest }): LoadEdge => {
      const failed = Math.floor(rest.requests * part);
      return { ...rest, failed, retried: failed, outcomes: { refused: failed } };
    });
  const load = fc.record({
    edges: fc.array(edge, { maxLength: 60 }),
    held: fc.dictionary(fc.constantFrom('product', '__proto__', 'invoice', 'order'), count),
  });
  const head = {
    reporter: { service_name: 'order', instance_id: 'o-1', epoch: 1 },
    seq: 1,
    windowMs: 1999.7,
  };

  it('is one that a registry takes, within 64 KiB, and loses no request, whatever was counted', () => {
    fc.assert(
      fc.property(load, (taken) => {
        // Over the wire, where keys are own ones.
        const body = JSON.parse(JSON.stringify(loadReportBody(taken, head))) as LoadReport;
        expect(loadReportSchema.validate(body).error).toBeUndefined();
        expect(JSON.stringify(body).length).toBeLessThan(64 * 1024);
        const sum = body.edges.reduce((total, { requests }) => total + requests, body.other?.requests ?? 0);
        expect(sum).toBe(taken.edges.reduce((total, { requests }) => total + requests, 0));
      }),
      { numRuns: 50 },
    );
  });

  it('of several processes is the sum of what each has counted', () => {
    fc.assert(
      fc.property(fc.array(load, { maxLength: 4 }), (loads: readonly TakenLoad[]) => {
        const merged = mergeLoads(loads);
        const requests = (edges: readonly LoadEdge[]) => edges.reduce((sum, one) => sum + one.requests, 0);
        const latencies = (edges: readonly LoadEdge[]) =>
          edges.reduce(
            (sum, { buckets }) => sum + Object.values(buckets).reduce((all, one) => all + one, 0),
            0,
          );
        const all = loads.flatMap(({ edges }) => edges);
        expect(requests(merged.edges)).toBe(requests(all));
        expect(latencies(merged.edges)).toBe(latencies(all));
      }),
      { numRuns: 50 },
    );
  });

  it('shows the ejection that lasts longest', () => {
    const ejection = { service_name: 'product', instance_id: 'p-1', cause: 'connect', outcome: 'refused' };
    const one = { edges: [], ejected: [{ ...ejection, for_ms: 100 }] };
    const two = { edges: [], ejected: [{ ...ejection, for_ms: 900 }] };
    expect(mergeLoads([one, two, one]).ejected).toEqual(two.ejected);
    const forGood = { edges: [], ejected: [{ ...ejection, for_ms: null }] };
    expect(mergeLoads([forGood, two]).ejected).toEqual(forGood.ejected);
  });
});

async function failing(load: LoadMeter, status: number, path = '/products'): Promise<unknown> {
  const url = await serving((_request, response) => {
    if (status === 0) response.destroy();
    else response.writeHead(status).end('{}');
  });
  // Not idempotent: it is sent once.
  return clientOf(load, url).post(path);
}
