import type { Instance, TrafficResponse } from '@rollcall/contracts';
import { heatOf, type GraphEdge, type GraphNode, type Heat } from './graph';
import type { Ends } from './graph-ends';
import { figuresOf, merged, type Figures, type Sum } from './traffic-sum';

export interface NodeContext {
  readonly traffic: Pick<TrafficResponse, 'reporters'> | undefined;
  readonly instances: readonly Instance[];
  readonly windowS: number;
}

export function nodesOf(
  ends: Ends,
  edges: readonly GraphEdge[],
  sums: ReadonlyMap<string, Sum>,
  { traffic, instances, windowS }: NodeContext,
): readonly GraphNode[] {
  const members = new Map<string, Instance[]>();
  for (const one of instances) members.set(ends.of(one), [...(members.get(ends.of(one)) ?? []), one]);
  const held = new Map<string, number>();
  for (const reporter of traffic?.reporters ?? [])
    for (const [service, waiting] of Object.entries(reporter.held))
      held.set(service, (held.get(service) ?? 0) + waiting);
  const ids = new Set([
    ...members.keys(),
    ...edges.flatMap(({ from, to }) => [from, to]),
    ...(ends.mode === 'services' ? held.keys() : []),
  ]);
  return [...ids].sort().map((id) => {
    const own = members.get(id) ?? [];
    const into = [...sums.values()].filter(({ to, from }) => to === id && from !== id);
    const shown = into.length > 0 ? into : [...sums.values()].filter(({ from }) => from === id);
    const figures = figuresOf(merged(shown), windowS);
    const waiting = ends.mode === 'services' ? (held.get(id) ?? 0) : 0;
    return {
      id,
      label: ends.mode === 'instances' ? instanceLabel(id, own[0]) : id,
      kind: ends.mode === 'services' ? 'service' : ends.mode === 'zones' ? 'zone' : 'instance',
      service:
        ends.mode === 'services' ? id : own[0] && ends.mode === 'instances' ? own[0].service_name : undefined,
      instances: own,
      figures,
      held: waiting,
      heat: nodeHeat(own, figures, waiting, into.length > 0),
      series: shown.reduce<number[]>((sum, { requestSeries }) => {
        requestSeries.forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value));
        return sum;
      }, []),
    };
  });
}

/** Ids of which the service is a part say it themselves. */
function instanceLabel(id: string, instance: Instance | undefined): string {
  const service = instance?.service_name ?? '';
  return id.startsWith(service) ? id : `${service} ${id.slice(0, 8)}`;
}

function nodeHeat(own: readonly Instance[], figures: Figures, held: number, isCalled: boolean): Heat {
  const takesNone = own.length > 0 && !own.some(({ status }) => status === 'up' || status === 'suspect');
  if (held > 0 || (isCalled && (own.length === 0 || takesNone))) return 'failing';
  const heat = isCalled ? heatOf(figures, false) : 'calm';
  if (heat === 'failing' || heat === 'warning') return heat;
  return own.some(({ status }) => status === 'suspect') ? 'warning' : heat;
}
