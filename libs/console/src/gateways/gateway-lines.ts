import type { KnownGateway, TrafficReporter } from '@rollcall/contracts';

/** One gateway as the table shows it. */
export interface GatewayLine {
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
  const reports = new Map(
    reporters.filter(({ routes_digest }) => routes_digest !== null).map((one) => [one.instance_id, one]),
  );
  const known = new Map(gateways.map((one) => [one.instance_id, one]));
  const ids = [...new Set([...known.keys(), ...reports.keys()])].sort();
  const digestOf = (id: string): string | undefined =>
    known.get(id)?.state?.routes_digest ?? reports.get(id)?.routes_digest ?? undefined;
  const usual = mostFrequent(ids.flatMap((id) => digestOf(id) ?? []));
  return ids.map((id) => {
    const reporter = reports.get(id);
    const digest = digestOf(id);
    return {
      id,
      known: known.get(id),
      reporter,
      digest,
      hasUsualRoutes: digest === undefined || digest === usual,
      held: reporter && Object.values(reporter.held).reduce((sum, waiting) => sum + waiting, 0),
      ejected: known.get(id)?.state?.ejected.length ?? reporter?.ejected.length ?? 0,
    };
  });
}

/** Of two that are as frequent the first by itself, so that the answer does not change from one look to the next. */
function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))[0]?.[0];
}
