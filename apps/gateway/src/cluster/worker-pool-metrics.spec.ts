import type { MetricFamily } from '@rollcall/service-kit';
import { createGatewayMetrics, type GatewayMetrics } from '../metrics/gateway-metrics';
import { WorkerPoolRegistry } from './worker-pool-metrics';

interface MeasuredWorker {
  metrics(): Promise<readonly MetricFamily[]>;
}

const measuring = (): GatewayMetrics => createGatewayMetrics({ service: 'gateway' });
const workerOf = ({ registry }: GatewayMetrics): MeasuredWorker => ({
  metrics: () => registry.getMetricsAsJSON(),
});

function served(metrics: GatewayMetrics, times: number): void {
  for (let n = 0; n < times; n += 1)
    metrics.observeRequest({ method: 'GET', route: '/products', status: 200, seconds: 0.02 });
}

const lineOf = (text: string, part: string) => text.split('\n').find((line) => line.startsWith(part));

describe('the metrics of several workers', () => {
  it('are printed as one sum', async () => {
    const [one, two] = [measuring(), measuring()];
    const registry = new WorkerPoolRegistry(() => [workerOf(one), workerOf(two)]);
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
    const registry = new WorkerPoolRegistry(() => [workerOf(one), workerOf(two)]);
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
    const registry = new WorkerPoolRegistry(() => workers);
    served(gone, 2);
    served(staying, 3);
    await registry.metrics();

    const [left] = workers.splice(0, 1);
    if (left !== undefined) await registry.retire(left);

    expect(lineOf(await registry.metrics(), 'http_server_request_duration_seconds_count{')).toMatch(/ 5$/);
  });

  it('are those of its last answer where one does not answer', async () => {
    const silent = measuring();
    let answers = true;
    const worker: MeasuredWorker = {
      metrics: () => (answers ? silent.registry.getMetricsAsJSON() : Promise.reject(new Error('no answer'))),
    };
    const registry = new WorkerPoolRegistry(() => [worker]);
    served(silent, 4);
    await registry.metrics();
    answers = false;

    expect(lineOf(await registry.metrics(), 'http_server_request_duration_seconds_count{')).toMatch(/ 4$/);
  });
});
