import type { Instance, TrafficResponse } from '@rollcall/contracts';
import {
  CALLERS,
  GATEWAY,
  heatOf,
  type Graph,
  type GraphEdge,
  type GraphMode,
  type GraphNode,
} from './graph';
import { endsFor, type Ends } from './graph-ends';
import { nodesOf } from './graph-nodes';
import { edgeKey } from '../state/traffic';
import { add, addTo, emptySum, figuresOf, type Sum } from './traffic-sum';

/** Of the busiest edge. */
const HOT_SHARE = 0.25;

export interface GraphInput {
  readonly traffic: Pick<TrafficResponse, 'edges' | 'reporters' | 'window_ms'> | undefined;
  /** By edge between services: what was sent on it step by step, for longer than the sums cover. */
  readonly series?: ReadonlyMap<string, GraphSeries>;
  readonly instances: readonly Instance[];
  readonly mode: GraphMode;
}

export interface GraphSeries {
  readonly requests: readonly number[];
  readonly failed: readonly number[];
}

/**
 * Who calls whom. Edges of calls, as they ended for the caller, make the figures; edges of attempts say what each instance did.
 * Pure.
 */
export function graphOf({ traffic, instances, mode, series = new Map() }: GraphInput): Graph {
  const ends = endsFor(mode, instances);
  const sums = new Map<string, Sum>();
  for (const edge of traffic?.edges ?? []) {
    // Attempts are never added to calls: only they know the instance, and only calls what the caller saw.
    const isCall = edge.instance_id === null;
    if (mode !== 'services' && isCall) continue;
    const [from, to] = [ends.from(edge), ends.to(edge)];
    if (from === undefined || to === undefined) continue;
    const id = edgeKey(from, to);
    const sum = sums.get(id) ?? emptySum(from, to);
    sums.set(id, sum);
    if (isCall || mode !== 'services') add(sum, edge);
    if (edge.instance_id !== null) addTo(sum.byInstance, edge.instance_id, edge);
  }
  for (const id of mode === 'services' ? idleRoutes(instances) : [])
    if (!sums.has(id)) sums.set(id, emptySum(GATEWAY, id.slice(GATEWAY.length + 1)));

  for (const [id, { requests, failed }] of mode === 'services' ? series : []) {
    // Nothing is sent there at present.
    const [from = '', to = ''] = id.split('→');
    sums.set(id, {
      ...(sums.get(id) ?? emptySum(from, to)),
      requestSeries: [...requests],
      failedSeries: [...failed],
    });
  }

  const windowS = Math.max(1, (traffic?.window_ms ?? 0) / 1000);
  const byId = new Map(instances.map((one) => [one.instance_id, one]));
  const busiest = Math.max(0, ...[...sums.values()].map(({ requests }) => requests));
  const edges = [...sums.values()].map((sum) => edgeOf(sum, { windowS, busiest, byId }));
  return withCallers(ends, edges, nodesOf(ends, edges, sums, { traffic, instances, windowS }));
}

/** Gateways know these edges, whether anything is sent on them or not. */
function idleRoutes(instances: readonly Instance[]): ReadonlySet<string> {
  const hasGateway = instances.some(({ service_name }) => service_name === GATEWAY);
  const routed = instances.filter(
    ({ routes, service_name }) => routes.length > 0 && service_name !== GATEWAY,
  );
  return new Set(hasGateway ? routed.map(({ service_name }) => `${GATEWAY}→${service_name}`) : []);
}

interface EdgeContext {
  readonly windowS: number;
  readonly busiest: number;
  readonly byId: ReadonlyMap<string, Instance>;
}

function edgeOf(sum: Sum, { windowS, busiest, byId }: EdgeContext): GraphEdge {
  const figures = figuresOf(sum, windowS);
  return {
    id: `${sum.from}→${sum.to}`,
    from: sum.from,
    to: sum.to,
    figures,
    outcomes: sum.outcomes,
    requests: sum.requests,
    heat: heatOf(figures, sum.requests >= busiest * HOT_SHARE),
    requestSeries: sum.requestSeries,
    failedSeries: sum.failedSeries,
    byInstance: [...sum.byInstance]
      .map(([instanceId, counted]) => ({
        instanceId,
        instance: byId.get(instanceId),
        figures: figuresOf(counted, windowS),
      }))
      .sort(
        (one, other) =>
          other.figures.failed - one.figures.failed || other.figures.perSecond - one.figures.perSecond,
      ),
  };
}

/** Whoever calls a gateway is not registered, and is there all the same. */
function withCallers(ends: Ends, edges: readonly GraphEdge[], nodes: readonly GraphNode[]): Graph {
  const gateway = ends.mode === 'services' ? nodes.find(({ id }) => id === GATEWAY) : undefined;
  if (gateway === undefined || gateway.figures.perSecond === 0) return { nodes, edges };
  const callers: GraphNode = {
    ...gateway,
    id: CALLERS,
    label: 'callers',
    kind: 'callers',
    service: undefined,
    instances: [],
    heat: 'calm',
    series: [],
  };
  const outgoing = edges.filter(({ from }) => from === GATEWAY);
  const edge: GraphEdge = {
    id: `${CALLERS}→${GATEWAY}`,
    from: CALLERS,
    to: GATEWAY,
    figures: gateway.figures,
    outcomes: {},
    requests: outgoing.reduce((sum, { requests }) => sum + requests, 0),
    heat: heatOf({ ...gateway.figures, failed: 0, retriedPerSecond: 0 }, true),
    requestSeries: gateway.series,
    failedSeries: [],
    byInstance: [],
  };
  return { nodes: [callers, ...nodes], edges: [edge, ...edges] };
}
