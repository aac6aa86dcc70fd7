import { collectDefaultMetrics, Counter, type Registry } from 'prom-client';
import { logOutputTo } from '../logging/log-output';

/** What is measured of every process: CPU, memory, event loop delay and garbage collection, and the lines of its log that were lost. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
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
