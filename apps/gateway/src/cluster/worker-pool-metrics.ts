import { AggregatorRegistry, Registry } from 'prom-client';
import type { MetricFamily } from '@rollcall/service-kit';
import type { MeasuredNames } from '../metrics/gateway-metrics';
import { RetiredMetrics } from './retired-metrics';

/** What one worker has measured so far. */
export interface WorkerMetrics {
  readonly families: readonly MetricFamily[];
  readonly names: MeasuredNames;
}

interface MeasuredWorker {
  metrics(): Promise<WorkerMetrics>;
}

/** The primary's registry: prints the sum of its own and of every worker's metrics. */
export class WorkerPoolRegistry extends Registry {
  readonly #workers: () => readonly MeasuredWorker[];
  readonly #retired: RetiredMetrics;
  /** What each worker said last; of one that is gone, until it is among the retired. */
  readonly #latest = new Map<object, WorkerMetrics>();
  #retiring: Promise<void> = Promise.resolve();

  /** @param now milliseconds, monotonic */
  constructor(workers: () => readonly MeasuredWorker[], now: () => number) {
    super();
    this.#workers = workers;
    this.#retired = new RetiredMetrics(now);
  }

  override async metrics(): Promise<string> {
    return sumOf(await this.#lists()).metrics();
  }

  /** For formats that are not the registry's own; with the exemplars, which a sum has none of. */
  override async getMetricsAsJSON(): ReturnType<Registry['getMetricsAsJSON']> {
    const lists = await this.#lists();
    return withExemplars(await sumOf(lists).getMetricsAsJSON(), lists.flat());
  }

  async #lists(): Promise<readonly (readonly MetricFamily[])[]> {
    const own = await super.getMetricsAsJSON();
    await Promise.all(this.#workers().map((worker) => this.#ask(worker)));
    const latest = [...this.#latest.values()];
    this.#retired.forgetGone(latest.map(({ names }) => names));
    return [own, this.#retired.families, ...latest.map(({ families }) => families)];
  }

  /** A worker is gone; what it had counted when it was last asked goes on counting. */
  retire(worker: object): Promise<void> {
    const latest = this.#latest.get(worker);
    if (latest === undefined) return Promise.resolve();
    const counted = { ...latest, families: latest.families.filter(onlyRises) };
    this.#latest.set(worker, counted);
    // One after the other: each is added to the sum of those before. A worker is counted in one place at any time, so
    // that the sum neither falls nor jumps for whoever scrapes meanwhile.
    this.#retiring = this.#retiring.then(async () => {
      const sum = await sumOf([this.#retired.families, counted.families]).getMetricsAsJSON();
      this.#latest.delete(worker);
      this.#retired.replace(sum, counted.names.ownRoutes);
    });
    return this.#retiring;
  }

  async #ask(worker: MeasuredWorker): Promise<void> {
    // One that does not answer in time is there with what it said last.
    const metrics = await worker.metrics().catch(() => undefined);
    if (metrics !== undefined && this.#workers().includes(worker)) this.#latest.set(worker, metrics);
  }
}

function sumOf(lists: readonly (readonly MetricFamily[])[]): Registry {
  return AggregatorRegistry.aggregate(lists.map((list) => [...list]));
}

function onlyRises({ type }: MetricFamily): boolean {
  return String(type) === 'counter' || String(type) === 'histogram';
}

/** A sum counts all that its parts do, so that each part's example is one of it. */
function withExemplars(sums: readonly MetricFamily[], parts: readonly MetricFamily[]): MetricFamily[] {
  const exemplars = new Map<string, MetricFamily['values'][number]['exemplar']>();
  for (const { values } of parts)
    for (const sample of values) if (sample.exemplar) exemplars.set(sampleKey(sample), sample.exemplar);
  return sums.map((family) => ({
    ...family,
    values: family.values.map((sample) => ({ ...sample, exemplar: exemplars.get(sampleKey(sample)) })),
  }));
}

function sampleKey({ metricName, labels }: MetricFamily['values'][number]): string {
  return JSON.stringify([metricName, Object.entries(labels).sort()]);
}
