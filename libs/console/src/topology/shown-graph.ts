import { CALLERS, type Graph, type GraphEdge, type GraphNode } from './graph';

export interface GraphView {
  /** Only this node and its neighbours. */
  readonly focus: string | undefined;
  readonly hideIdle: boolean;
  /** Lower case; nodes whose name holds it, and their neighbours. */
  readonly text: string;
}

/** More nodes than that are no picture any more, and take too long to lay out. */
export const MOST_NODES = 150;
const MOST_HOT_LABELS = 6;

export interface ShownGraph extends Graph {
  /** Those for which there was no room: the ones with the least traffic. */
  readonly leftOut: number;
}

export function shownGraph(graph: Graph, { focus, hideIdle, text }: GraphView): ShownGraph {
  const edges = hideIdle ? graph.edges.filter(({ heat }) => heat !== 'idle') : graph.edges;
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const around = (id: string): ReadonlySet<string> =>
    new Set([id, ...edges.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : []))]);
  let nodes = hideIdle
    ? graph.nodes.filter(({ id, heat }) => linked.has(id) || heat === 'failing')
    : graph.nodes;
  if (focus !== undefined) {
    const near = around(focus);
    nodes = nodes.filter(({ id }) => near.has(id));
  }
  if (text !== '') {
    const matching = nodes.filter(({ label, service = '' }) =>
      `${label} ${service}`.toLowerCase().includes(text),
    );
    const near = new Set(matching.flatMap(({ id }) => [...around(id)]));
    nodes = nodes.filter(({ id }) => near.has(id));
  }
  const kept = nodes.length <= MOST_NODES ? nodes : [...nodes].sort(byImportance).slice(0, MOST_NODES);
  const ids = new Set(kept.map(({ id }) => id));
  return {
    nodes: kept,
    edges: edges.filter(
      ({ from, to }) =>
        ids.has(from) && ids.has(to) && (focus === undefined || from === focus || to === focus),
    ),
    leftOut: nodes.length - kept.length,
  };
}

/** Those whose figures are written on them: all that fail, and the few that carry the most. */
export function labelledEdges(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const faulty = edges.filter(({ heat }) => heat === 'failing' || heat === 'warning');
  const hot = edges
    .filter(({ heat, from }) => heat === 'hot' && from !== CALLERS)
    .sort((one, other) => other.requests - one.requests)
    .slice(0, MOST_HOT_LABELS);
  return [...faulty.sort((one, other) => other.figures.failed - one.figures.failed), ...hot];
}

function byImportance(one: GraphNode, other: GraphNode): number {
  return rank(other) - rank(one) || other.figures.perSecond - one.figures.perSecond;
}

function rank({ heat, kind }: GraphNode): number {
  return kind === 'callers' ? 3 : heat === 'failing' ? 2 : heat === 'warning' ? 1 : 0;
}
