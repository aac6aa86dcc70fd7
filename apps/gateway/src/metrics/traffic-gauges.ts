import { Gauge, type Registry } from 'prom-client';
import { MAX_SUBJECTS, OTHER } from '@rollcall/service-kit';

/** What a process with traffic has under way; read at each scrape. */
export interface TrafficGauges {
  readonly held: () => number;
  readonly tunnels: () => number;
  /** Bytes. */
  readonly readBuffers: () => number;
  readonly inFlight: () => Iterable<readonly [service: string, count: number]>;
}

/** @param gauges 0 each when absent */
export function measureTraffic(registers: Registry[], gauges: TrafficGauges | undefined): void {
  new Gauge({
    name: 'rollcall_gateway_upstream_in_flight',
    help: 'Requests in flight to the instances of a service.',
    labelNames: ['upstream_service'] as const,
    registers,
    collect() {
      this.reset();
      let apart = 0;
      for (const [name, count] of gauges?.inFlight() ?? [])
        if (apart++ < MAX_SUBJECTS) this.set({ upstream_service: name }, count);
        else this.inc({ upstream_service: OTHER }, count);
    },
  });
  const gauge = (name: string, help: string, read: (() => number) | undefined): unknown =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read?.() ?? 0);
      },
    });
  gauge('rollcall_gateway_held_requests', 'Requests that wait for an instance.', gauges?.held);
  gauge('rollcall_gateway_tunnels', 'Connections that have switched to another protocol.', gauges?.tunnels);
  gauge(
    'rollcall_gateway_read_buffer_bytes',
    'Bytes of the pooled buffers that answers are read into and that callers have not taken yet.',
    gauges?.readBuffers,
  );
}
