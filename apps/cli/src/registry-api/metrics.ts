import type { Metrics } from '@rollcall/diagnosis';

/** Gauges and counters of the Prometheus text format. Lines of anything else are passed over. */
export function readMetrics(text: string): Metrics {
  const metrics = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, number] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    const value = Number(number);
    if (name === undefined || !Number.isFinite(value)) continue;
    metrics.set(name, Math.max(value, metrics.get(name) ?? -Infinity));
  }
  return metrics;
}
