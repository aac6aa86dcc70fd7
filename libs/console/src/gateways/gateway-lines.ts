import type { KnownGateway, TrafficReporter } from '@rollcall/contracts';
import type { GatewayIdentity } from '../state/gateway-api';
import { gatewayNames } from './gateway-names';

/** One gateway as the table shows it. */
export interface GatewayLine {
  /** Its name among them. */
  readonly id: string;
  readonly known: KnownGateway | undefined;
  readonly reporter: TrafficReporter | undefined;
  readonly digest: string | undefined;
  /** Whether its routes are those that most gateways have. */
  readonly hasUsualRoutes: boolean;
  /** `undefined` while it reports nothing. */
  readonly held: number | undefined;
  readonly ejected: number;
}

/** Gateways that can be asked, and those that only report: each has something to say of itself. Pure. */
export function gatewayLines(
  gateways: readonly KnownGateway[],
  reporters: readonly TrafficReporter[],
): readonly GatewayLine[] {
  const reports = reporters.filter(({ routes_digest }) => routes_digest !== null);
  const onlyReporting = reports.filter((one) => !gateways.some((known) => isSame(known, one)));
  const named = [...gatewayNames([...gateways, ...onlyReporting])]
    .map(([id, one]) => {
      const known = gateways.find((gateway) => isSame(gateway, one));
      const reporter = reports.find((report) => isSame(report, one));
      return {
        id,
        known,
        reporter,
        digest: known?.state?.routes_digest ?? reporter?.routes_digest ?? undefined,
      };
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const usual = mostFrequent(named.flatMap(({ digest }) => digest ?? []));
  return named.map((one) => ({
    ...one,
    hasUsualRoutes: one.digest === undefined || one.digest === usual,
    held: one.reporter && Object.values(one.reporter.held).reduce((sum, waiting) => sum + waiting, 0),
    ejected: one.known?.state?.ejected.length ?? one.reporter?.ejected.length ?? 0,
  }));
}

function isSame(one: GatewayIdentity, other: GatewayIdentity): boolean {
  return one.instance_id === other.instance_id && one.service_name === other.service_name;
}

/** Of two that are as frequent the first by itself, so that the answer does not change from one look to the next. */
function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))[0]?.[0];
}
