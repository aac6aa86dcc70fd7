import type { Metrics } from '@rollcall/service-kit';
import { Counter, Gauge } from 'prom-client';
import type { RegistryConfig } from './config';
import { createShares } from './shares/shares';
import { createTraffic, type Traffic } from './traffic/traffic';

/** Load reports by the settings, and their metrics (docs/metrics.md), which are read at each scrape. */
export function composeTraffic(
  { TRAFFIC_REPORTS, TRAFFIC_SERIES, FAIR_SHARES }: Readonly<RegistryConfig>,
  { registry }: Pick<Metrics, 'registry'>,
): Traffic {
  const places =
    TRAFFIC_REPORTS === 'on' ? createShares({ bound: TRAFFIC_SERIES, fair: FAIR_SHARES }) : undefined;
  const traffic = createTraffic({ places });
  const registers = [registry];
  new Counter({
    name: 'rollcall_registry_load_reports_total',
    help: 'Load reports, by what became of them: counted, repeated, or no_room because TRAFFIC_SERIES was reached.',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(traffic.counts)) this.inc({ result }, count);
    },
  });
  new Gauge({
    name: 'rollcall_registry_traffic_series',
    help: 'Edges of load reports, and reporters, whose last minutes are kept.',
    registers,
    collect() {
      this.set(traffic.seriesCount);
    },
  });
  return traffic;
}
