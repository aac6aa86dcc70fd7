import { AggregatorRegistry, Registry } from 'prom-client';
import type { MetricFamily } from '@rollcall/service-kit';

/** The primary's registry: prints the sum of its own and of every worker's metrics. */
export class WorkerPoolRegistry extends Registry {
  readonly #workers: () => readonly { metrics(): Promise<readonly MetricFamily[]> }[];
  /** What those who are gone had counted: a sum that fell would look like a restart, and count everything twice. */
  #past: readonly MetricFamily[] = [];
  readonly #latest = new WeakMap<object, readonly MetricFamily[]>();

  constructor(workers: () => readonly { metrics(): Promise<readonly MetricFamily[]> }[]) {
    super();
    this.#workers = workers;
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
    const lists = await Promise.all(this.#workers().map((worker) => this.#metricsOf(worker)));
    return [own, this.#past, ...lists];
  }

  /** A worker is gone; what it had counted when it was last asked goes on counting. */
  async retire(worker: object): Promise<void> {
    const counted = this.#latest.get(worker)?.filter(onlyRises) ?? [];
    this.#past = await sumOf([this.#past, counted]).getMetricsAsJSON();
  }

  async #metricsOf(worker: {
    metrics(): Promise<readonly MetricFamily[]>;
  }): Promise<readonly MetricFamily[]> {
    // One that does not answer in time is there with what it said last.
    const metrics = await worker.metrics().catch(() => this.#latest.get(worker) ?? []);
    this.#latest.set(worker, metrics);
    return metrics;
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
