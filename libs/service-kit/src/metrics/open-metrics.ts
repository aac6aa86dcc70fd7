import type { MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client';

export const OPEN_METRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * A registry's metrics as OpenMetrics, the format that has exemplars. prom-client prints it too, but only of a registry
 * that never prints another: it renames counters on the way, and they keep those names.
 */
export async function openMetricsText(registry: Registry): Promise<string> {
  const families: readonly MetricFamily[] = await registry.getMetricsAsJSON();
  return `${families.map(familyText).join('')}# EOF\n`;
}

/** A metric with its samples, as `getMetricsAsJSON` has it. */
export type MetricFamily = MetricObjectWithValues<ExemplifiedSample>;

/** A sample that may point to the trace of one request among those that it counts. */
interface ExemplifiedSample extends MetricValueWithName<string> {
  readonly exemplar?:
    | {
        readonly labelSet: Readonly<Record<string, string>>;
        readonly value: number;
        readonly timestamp: number;
      }
    | null
    | undefined;
}

function familyText({ name, help, type, values }: MetricFamily): string {
  // A family of counters has the name without the suffix that its samples have.
  const isCounter = String(type) === 'counter';
  const family = isCounter ? name.replace(/_total$/, '') : name;
  const lines = values.map(
    ({ metricName = isCounter ? `${family}_total` : name, labels, value, exemplar }) => {
      const sample = `${metricName}${labelsText(labels)} ${numberText(value)}`;
      if (!exemplar) return sample;
      const { labelSet, value: seen, timestamp } = exemplar;
      return `${sample} # ${labelsText(labelSet) || '{}'} ${numberText(seen)} ${timestamp}`;
    },
  );
  return [`# HELP ${family} ${escaped(help)}`, `# TYPE ${family} ${type}`, ...lines, ''].join('\n');
}

function labelsText(labels: Readonly<Partial<Record<string, string | number>>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
