import {
  loadReportSchema,
  recogniseLoadReport,
  trafficQuerySchema,
  type LoadReportResponse,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import type { Catalog } from '../catalog/catalog';
import type { CatalogStore } from '../ports/catalog-store';
import type { Clock } from '../ports/clock';
import type { Traffic } from '../traffic/traffic';
import type { Call, CallDefinition } from './call-route';
import { confirmedTarget, listedEntry, listedTarget } from './instance-target';

export interface TrafficApiOptions {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly traffic: Traffic;
  readonly clock: Clock;
}

/** The calls by which instances report their load, and by which people look at it. */
export function trafficApi(options: TrafficApiOptions): readonly CallDefinition[] {
  const { traffic, clock } = options;
  return [
    { method: 'POST', path: '/reports', needs: 'write', answer: answerReport },
    {
      method: 'GET',
      path: '/traffic',
      needs: 'read',
      answer: ({ query }) => ({ status: 200, body: traffic.view(query(trafficQuerySchema), clock.moment()) }),
    },
  ];

  async function answerReport({ body, caller }: Call): Promise<Reply> {
    const report = await body(loadReportSchema, recogniseLoadReport);
    const { reporter } = report;
    const { resolved } =
      listedTarget(options, reporter, caller) ?? (await confirmedTarget(options, reporter, caller));
    listedEntry(resolved);
    const { now } = clock.moment();
    traffic.take(report, caller.holder(), now);
    const answer: LoadReportResponse = { interval_ms: traffic.intervalMs(now) };
    return { status: 200, body: answer };
  }
}
