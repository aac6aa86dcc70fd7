import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance, LoadReport, LoadReportResponse, TrafficResponse } from '@rollcall/contracts';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
let order: Instance;
afterEach(() => registry.stop());

async function start(env: NodeJS.ProcessEnv = {}): Promise<void> {
  registry = await startRegistry(env);
  order = await registered('order', 8081);
}

async function registered(service_name: string, port: number): Promise<Instance> {
  const url = `http://127.0.0.1:${port}`;
  return (await registry.post<Instance>('/register', { service_name, url })).body;
}

const REQUESTS = { requests: 40, failed: 2, retried: 1, in_flight: 3, buckets: { 14: 40 } };
const TO_PRODUCT = { service_name: 'product', instance_id: 'p-1', ...REQUESTS };

function report(more: Partial<LoadReport> = {}): LoadReport {
  const { service_name, instance_id, epoch } = order;
  const reporter = { service_name, instance_id, epoch };
  return { reporter, seq: 1, window_ms: 2000, edges: [TO_PRODUCT], ...more };
}

const send = (body: unknown) => registry.post<LoadReportResponse & { code?: string }>('/reports', body);
const traffic = async (query = '') => (await registry.get<TrafficResponse>(`/traffic${query}`)).body;

describe('load reports', () => {
  it('are told to whoever asks, from the service that has reported', async () => {
    await start();
    expect(await send(report())).toMatchObject({ status: 200, body: { interval_ms: 10_000 } });
    const { edges, reporters, reports } = await traffic();
    expect(reports).toBe('on');
    expect(edges).toEqual([
      expect.objectContaining({ from: 'order', reporter: null, route: null, ...TO_PRODUCT }),
    ]);
    expect(reporters).toEqual([expect.objectContaining({ instance_id: order.instance_id })]);
    expect(await send(report({ seq: 2 }))).toMatchObject({ body: { interval_ms: 2000 } });
    expect((await traffic('?service=product')).edges[0]?.requests).toBe(80);
    expect((await traffic('?service=invoice')).edges).toEqual([]);
    expect((await traffic('?window=20s&by=reporter&series=true')).edges[0]).toMatchObject({
      reporter: order.instance_id,
      series: { requests: expect.any(Array) as unknown },
    });
  });

  it('change nothing of the catalog', async () => {
    await start();
    const before = await registry.get('/services');
    await send(report());
    expect((await registry.get('/services')).body).toEqual(before.body);
  });

  it.each([
    ['an instance that is not listed', { instance_id: 'nobody' }, 404, 'INSTANCE_NOT_FOUND'],
    ['another incarnation', { epoch: 1000 }, 409, 'EPOCH_MISMATCH'],
    ['an instance in the name of another service', { service_name: 'product' }, 404, 'INSTANCE_NOT_FOUND'],
  ])('of %s are refused', async (_what, other, status, code) => {
    await start();
    const reporter = { ...report().reporter, ...other };
    expect(await send(report({ reporter }))).toMatchObject({ status, body: { code } });
    expect((await traffic()).edges).toEqual([]);
  });

  it.each([
    ['numbers that are none', { edges: [{ ...TO_PRODUCT, requests: -1 }] }, 400],
    ['a bucket that there is not', { edges: [{ ...TO_PRODUCT, buckets: { 99: 1 } }] }, 400],
    ['a window of days', { window_ms: 1e9 }, 400],
    ['too many edges', { edges: Array.from({ length: 501 }, () => ({ service_name: 'a' })) }, 400],
    ['too many bytes', { routes_digest: 'x'.repeat(70_000) }, 413],
  ])('with %s are refused', async (_what, more, status) => {
    await start();
    expect(await send({ ...report(), ...more })).toMatchObject({ status });
    expect((await traffic()).edges).toEqual([]);
  });

  it('are not wanted where TRAFFIC_REPORTS is off', async () => {
    await start({ TRAFFIC_REPORTS: 'off' });
    expect(await send(report())).toMatchObject({ status: 200, body: { interval_ms: 0 } });
    expect(await traffic()).toMatchObject({ reports: 'off', edges: [], reporters: [] });
  });

  it('beyond TRAFFIC_SERIES are known in sum', async () => {
    await start({ TRAFFIC_SERIES: '2', FAIR_SHARES: 'false' });
    const edges = ['p-1', 'p-2', 'p-3'].map((instance_id) => ({ ...TO_PRODUCT, instance_id }));
    await send(report({ edges }));
    const told = await traffic();
    expect(told.edges).toHaveLength(1);
    expect(told.reporters[0]?.other).toEqual({ requests: 80, failed: 4 });
    expect(await registry.metrics()).toMatch(/^rollcall_registry_traffic_series(\{.*\})? 2$/m);
    expect((await registry.get<{ bounds: unknown }>('/registry')).body.bounds).toMatchObject({
      TRAFFIC_SERIES: { used: 2, limit: 2 },
    });
  });

  it('are counted once, and by what became of them', async () => {
    await start();
    await send(report());
    await send(report());
    expect((await traffic()).edges[0]?.requests).toBe(40);
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/^rollcall_registry_load_reports_total\{.*result="counted".*\} 1$/m);
    expect(metrics).toMatch(/^rollcall_registry_load_reports_total\{.*result="repeated".*\} 1$/m);
  });
});

describe('tokens and load reports', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-traffic-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('ask for the write scope of the reporting service, and for read', async () => {
    const scopes = { order: ['write:order'], product: ['write:product'], reader: ['read'] };
    const tokens = Object.entries(scopes).map(([name, held]) => ({
      name,
      token: `${name}-token-of-a-spec`,
      scopes: held,
    }));
    const path = join(folder, 'tokens.json');
    await writeFile(path, JSON.stringify({ tokens }));
    registry = await startRegistry({ REGISTRY_TOKENS_FILE: path });
    const call = <T>(name: string, method: string, to: string, body?: unknown) =>
      registry.call<T>(method, to, {
        headers: { authorization: `Bearer ${name}-token-of-a-spec`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const url = 'http://127.0.0.1:8081';
    ({ body: order } = await call<Instance>('order', 'POST', '/register', { service_name: 'order', url }));

    for (const [name, status] of [
      ['reader', 403],
      ['product', 403],
      ['order', 200],
    ] as const)
      expect(await call(name, 'POST', '/reports', report())).toMatchObject({ status });
    for (const [name, status] of [
      ['order', 403],
      ['reader', 200],
    ] as const)
      expect(await call(name, 'GET', '/traffic')).toMatchObject({ status });
  });
});
