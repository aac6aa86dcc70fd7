import { Gauge, type Registry } from 'prom-client';

/** How much of each bound is taken, by the name of the setting that sets it. */
export type BoundsInUse = Readonly<Record<string, () => { readonly taken: number; readonly bound: number }>>;

/**
 * How near a process is to its bounds, so that somebody is told before callers are turned away. Read when somebody
 * scrapes; of several processes the fullest counts, as it is the first that turns callers away.
 */
export function measureBounds(registry: Registry, bounds: BoundsInUse): void {
  new Gauge({
    name: 'rollcall_bound_usage_ratio',
    help: 'How much of a bound is taken, by the setting that sets it; at 1 callers are turned away.',
    labelNames: ['bound'] as const,
    aggregator: 'max',
    registers: [registry],
    collect() {
      for (const [name, read] of Object.entries(bounds)) {
        const { taken, bound } = read();
        this.set({ bound: name }, bound === 0 ? 0 : taken / bound);
      }
    },
  });
}
