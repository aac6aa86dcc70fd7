import { Counter, type Registry } from 'prom-client';
import type { Tracer } from '../tracing/tracer';

/** Metrics of recorded spans: exported, lost, waiting. None while tracing is off. Read at each scrape. */
export function measureTracing(registry: Registry, tracer: Pick<Tracer, 'counts'> | undefined): void {
  if (tracer === undefined) return;
  new Counter({
    name: 'rollcall_spans_total',
    help: 'Recorded spans by what became of them: exported, or dropped because the queue was full or an export failed.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { exported, queueFull, exportFailed } = tracer.counts;
      this.reset();
      this.inc({ outcome: 'exported' }, exported);
      this.inc({ outcome: 'queue_full' }, queueFull);
      this.inc({ outcome: 'export_failed' }, exportFailed);
    },
  });
}
