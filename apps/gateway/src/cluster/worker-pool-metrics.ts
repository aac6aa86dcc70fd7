import { AggregatorRegistry, Registry, type MetricObject } from 'prom-client';

/** The primary's registry: prints the sum of its own and of every worker's metrics. */
export class WorkerPoolRegistry extends Registry {
  readonly #workers: () => readonly { metrics(): Promise<readonly MetricObject[]> }[];
  /** What those who are gone had counted: a sum that fell would look like a restart, and count everything twice. */
  #past: readonly MetricObject[] = [];
  readonly #latest = new WeakMap<object, readonly MetricObject[]>();

  constructor(workers: () => readonly { metrics(): Promise<readonly MetricObject[]> }[]) {
    super();
    this.#workers = workers;
  }

  override async metrics(): Promise<string> {
    const own = await this.getMetricsAsJSON();
    const lists = await Promise.all(this.#workers().map((worker) => this.#metricsOf(worker)));
    return sumOf([own, this.#past, ...lists]).metrics();
  }

  /** A worker is gone; what it had counted when it was last asked goes on counting. */
  async retire(worker: object): Promise<void> {
    const counted = this.#latest.get(worker)?.filter(onlyRises) ?? [];
    this.#past = await sumOf([this.#past, counted]).getMetricsAsJSON();
  }

  async #metricsOf(worker: {
    metrics(): Promise<readonly MetricObject[]>;
  }): Promise<readonly MetricObject[]> {
    // One that does not answer in time is there with what it said last.
    const metrics = await worker.metrics().catch(() => this.#latest.get(worker) ?? []);
    this.#latest.set(worker, metrics);
    return metrics;
  }
}

function sumOf(lists: readonly (readonly MetricObject[])[]): Registry {
  return AggregatorRegistry.aggregate(lists.map((list) => [...list]));
}

function onlyRises({ type }: MetricObject): boolean {
  return String(type) === 'counter' || String(type) === 'histogram';
}
