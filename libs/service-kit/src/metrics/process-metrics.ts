import { collectDefaultMetrics, Counter, type Registry } from 'prom-client';
import { logOutputTo } from '../logging/log-output';

/**
 * Sums of `nodejs_active_resources`, `_handles` and `_requests`, which are there by type. They are gauges with the suffix
 * of a counter, for which `promtool check metrics` refuses all of an app's metrics.
 */
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/** What is measured of every process: CPU, memory, event loop delay and garbage collection, and the lines of its log that were lost. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Counter({
    name: 'rollcall_log_lines_lost_total',
    help: 'Lines of the log that could not be written, because its reader went away or stood still.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(logOutputTo(process.stdout).lostLines);
    },
  });
}
