import { BoundedSubjects, type MetricFamily } from '@rollcall/service-kit';
import { LOOK_EVERY_MS, type MeasuredNames } from '../metrics/gateway-metrics';

type Sample = MetricFamily['values'][number];

/**
 * What workers that are gone had counted, as one sum. It goes on counting, as a sum that fell would look like a restart;
 * series of services and routes that do not exist any more are forgotten as a living worker forgets them.
 */
export class RetiredMetrics {
  #families: readonly MetricFamily[] = [];
  readonly #ownRoutes = new Set<string>();
  readonly #routes = new BoundedSubjects(() => undefined, Infinity);
  readonly #services = new BoundedSubjects(() => undefined, Infinity);
  readonly #now: () => number;
  #lookedAt: number;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number) {
    this.#now = now;
    this.#lookedAt = now();
  }

  get families(): readonly MetricFamily[] {
    return this.#families;
  }

  /** @param ownRoutes of one that is new in the sum */
  replace(families: readonly MetricFamily[], ownRoutes: ReadonlySet<string>): void {
    this.#families = families;
    for (const route of ownRoutes) this.#ownRoutes.add(route);
  }

  /** At each scrape. @param living what each of the living workers knows */
  forgetGone(living: readonly MeasuredNames[]): void {
    if (this.#now() - this.#lookedAt < LOOK_EVERY_MS) return;
    const known = living.flatMap(({ present }) => present ?? []);
    if (known.length === 0) return;
    this.#lookedAt = this.#now();
    for (const { labels } of this.#families.flatMap(({ values }) => values)) {
      const { route, service } = subjectOf(labels);
      if (route !== undefined) this.#routes.of(route, this.#ownRoutes.has(route));
      if (service !== undefined) this.#services.of(service);
    }
    this.#routes.retain((name) => known.some(({ routes }) => routes.has(name)));
    this.#services.retain((name) => known.some(({ services }) => services.has(name)));
    const routes = new Set([...this.#routes].map(([name]) => name));
    const services = new Set([...this.#services].map(([name]) => name));
    this.#families = this.#families.map((family) => ({
      ...family,
      values: family.values.filter(({ labels }) => {
        const { route, service } = subjectOf(labels);
        return (route === undefined || routes.has(route)) && (service === undefined || services.has(service));
      }),
    }));
  }
}

/** The names in a series' labels that others have chosen. */
function subjectOf(labels: Sample['labels']): {
  readonly route: string | undefined;
  readonly service: string | undefined;
} {
  const { http_route: route, upstream_service: service } = labels;
  return {
    route: typeof route === 'string' ? route : undefined,
    service: typeof service === 'string' ? service : undefined,
  };
}
