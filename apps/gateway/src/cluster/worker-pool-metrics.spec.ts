import type { MetricFamily } from '@rollcall/service-kit';
import { createGatewayMetrics, type GatewayMetrics } from '../metrics/gateway-metrics';
import type { PresentNames } from '../upstreams/present-names';
import { WorkerPoolRegistry, type WorkerMetrics } from './worker-pool-metrics';

interface MeasuredWorker {
  metrics(): Promise<WorkerMetrics>;
}

const now = () => 0;
const measuring = (present?: () => PresentNames | undefined): GatewayMetrics =>
  createGatewayMetrics({ service: 'gateway', now, ...(present && { present }) });
const workerOf = ({ registry, names }: GatewayMetrics): MeasuredWorker => ({
  metrics: async () => ({ families: await registry.getMetricsAsJSON(), names: names() }),
});

function served(metrics: GatewayMetrics, times: number): void {
  for (let n = 0; n < times; n += 1)
    metrics.observeRequest({ method: 'GET', route: '/products', status: 200, seconds: 0.02 });
}

const lineOf = (text: string, part: string) => text.split('\n').find((line) => line.startsWith(part));

describe('the metrics of several workers', () => {
  it('are printed as one sum', async () => {
    const [one, two] = [measuring(), measuring()];
    const workers = [workerOf(one), workerOf(two)];
    const registry = new WorkerPoolRegistry(() => workers, now);
    createGatewayMetrics({ service: 'gateway', registry });
    served(one, 2);
    served(two, 3);
    one.attempt('product', 'response');

    const text = await registry.metrics();

    expect(lineOf(text, 'http_server_request_duration_seconds_count{')).toMatch(
      /http_route="\/products".* 5$/,
    );
    expect(lineOf(text, 'http_server_request_duration_seconds_bucket{le="0.025"')).toMatch(/ 5$/);
    expect(lineOf(text, 'rollcall_gateway_attempts_total{')).toMatch(/upstream_service="product".* 1$/);
    expect(text.match(/^# TYPE http_server_request_duration_seconds /gm)).toHaveLength(1);
  });

  it('have the examples that each of them has, and those alone', async () => {
    const [one, two] = [measuring(), measuring()];
    const workers = [workerOf(one), workerOf(two)];
    const registry = new WorkerPoolRegistry(() => workers, now);
    const recorded = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    one.observeRequest({ method: 'GET', route: '/products', status: 200, seconds: 0.02, recorded });
    served(two, 3);

    const families = await registry.getMetricsAsJSON();

    const samples = families.flatMap(({ values }) => values as MetricFamily['values']);
    const withOne = samples.filter(({ exemplar }) => exemplar !== undefined);
    expect(withOne).toMatchObject([
      {
        value: 4,
        labels: { le: '0.025' },
        exemplar: { labelSet: { trace_id: recorded.traceId }, value: 0.02 },
      },
    ]);
  });

  it('do not fall when one of them is gone', async () => {
    const [gone, staying] = [measuring(), measuring()];
    const workers = [workerOf(gone), workerOf(staying)];
    const registry = new WorkerPoolRegistry(() => workers, now);
    served(gone, 2);
    served(staying, 3);
    await registry.metrics();

    const [left] = workers.splice(0, 1);
    if (left !== undefined) await registry.retire(left);

    expect(lineOf(await registry.metrics(), 'http_server_request_duration_seconds_count{')).toMatch(/ 5$/);
  });

  it('neither fall nor jump while workers die at once, and in the middle of a scrape', async () => {
    const all = [measuring(), measuring(), measuring()];
    const workers = all.map(workerOf);
    const registry = new WorkerPoolRegistry(() => workers, now);
    for (const metrics of all) served(metrics, 2);
    await registry.metrics();

    const scrapes = [registry.metrics()];
    for (const gone of workers.splice(0, 2)) {
      void registry.retire(gone);
      scrapes.push(registry.metrics());
    }

    for (const scrape of await Promise.all(scrapes))
      expect(lineOf(scrape, 'http_server_request_duration_seconds_count{')).toMatch(/ 6$/);
    expect(lineOf(await registry.metrics(), 'http_server_request_duration_seconds_count{')).toMatch(/ 6$/);
  });

  describe('that one had counted who is gone', () => {
    let at = 0;
    let there: PresentNames | undefined;
    let registry: WorkerPoolRegistry;
    const others = ['shop', 'gone'];
    const count = (metrics: GatewayMetrics, service: string): void => {
      metrics.attempt(service, 'response');
      metrics.ejection(service);
      metrics.policyAnswer(`/${service}`, 'api_key');
      metrics.observeAttempt({ method: 'GET', service, result: 200, seconds: 1 });
      metrics.observeTraffic({ method: 'GET', route: `/${service}`, status: 200, seconds: 1 });
    };
    const counted = async (): Promise<string[]> => {
      at += 60_000;
      const text = await registry.metrics();
      return [...new Set(text.match(/(?<=(?:upstream_service|http_route)=")[^"]+/g))].sort();
    };
    const presence = (...names: string[]): PresentNames => ({
      services: new Set(names),
      routes: new Set(names.map((name) => `/${name}`)),
    });

    beforeEach(async () => {
      there = presence(...others);
      const [gone, staying] = [measuring(() => there), measuring(() => there)];
      const workers = [workerOf(gone), workerOf(staying)];
      registry = new WorkerPoolRegistry(
        () => workers,
        () => at,
      );
      for (const name of others) count(gone, name);
      gone.observeTraffic({ method: 'GET', route: 'unmatched', status: 404, seconds: 1 });
      gone.observeRequest({ method: 'GET', route: '/livez', status: 200, seconds: 1 });
      await registry.metrics();
      const [dead] = workers.splice(0, 1);
      if (dead !== undefined) await registry.retire(dead);
    });

    const ALL = ['/gone', '/livez', '/shop', 'gone', 'shop', 'unmatched'];

    it('goes when its service and route do not exist at two looks in a row, and nothing else does', async () => {
      there = presence('shop');
      expect(await counted()).toEqual(ALL);
      expect(await counted()).toEqual(['/livez', '/shop', 'shop', 'unmatched']);
      expect(await counted()).toEqual(['/livez', '/shop', 'shop', 'unmatched']);
    });

    it('stays when a service is back at the second look', async () => {
      there = presence('shop');
      await counted();
      there = presence(...others);
      expect(await counted()).toEqual(ALL);
      there = presence('shop');
      expect(await counted()).toEqual(ALL);
    });

    it('stays while no worker knows yet what exists', async () => {
      there = undefined;
      for (let looks = 0; looks < 3; looks += 1) expect(await counted()).toEqual(ALL);
    });
  });

  it('are those of its last answer where one does not answer', async () => {
    const silent = measuring();
    let answers = true;
    const worker: MeasuredWorker = {
      metrics: () => (answers ? workerOf(silent).metrics() : Promise.reject(new Error('no answer'))),
    };
    const workers = [worker];
    const registry = new WorkerPoolRegistry(() => workers, now);
    served(silent, 4);
    await registry.metrics();
    answers = false;

    expect(lineOf(await registry.metrics(), 'http_server_request_duration_seconds_count{')).toMatch(/ 4$/);
  });
});
