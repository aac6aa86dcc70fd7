import { Graph, layout as dagre } from '@dagrejs/dagre';
import { BETWEEN_NODES, layoutKey, sorted, type Layout, type LayoutRequest, type Point } from './layout';

const BETWEEN_LAYERS = 130;

/**
 * Layers from left to right, callers before those that they call. Pure, and slow: 60 nodes take 0.1 s and 200 take 0.9 s,
 * so it runs in a worker, and only when the set of nodes is another one. Nodes that call nobody and that nobody calls are
 * put in a block beneath the graph: in its first layer they would look like callers.
 */
export function layOut(request: LayoutRequest): Layout {
  const known = new Set(request.nodes.map(({ id }) => id));
  const edges = request.edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: BETWEEN_NODES, ranksep: BETWEEN_LAYERS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of sorted(request.nodes, ({ id }) => id))
    if (linked.has(id)) graph.setNode(id, { width, height });
  for (const { from, to } of sorted(edges, ({ from, to }) => `${from}\n${to}`)) graph.setEdge(from, to);
  if (linked.size > 0) dagre(graph);

  const positions: Record<string, Point> = {};
  let [width, height] = [0, 0];
  for (const { id, width: wide, height: high } of request.nodes.filter((node) => linked.has(node.id))) {
    // dagre says where the middle of a node is.
    const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
    positions[id] = { x: Math.round(x - wide / 2), y: Math.round(y - high / 2) };
    width = Math.max(width, x + wide / 2);
    height = Math.max(height, y + high / 2);
  }
  const passes = Object.fromEntries(
    edges.flatMap(({ from, to }) => {
      const { points = [] } = graph.edge(from, to) as { points?: readonly Point[] };
      // Every other point lies in a layer; an edge to the next layer passes none.
      const between = points.filter((_, index) => index % 2 === 0 && index > 0 && index < points.length - 1);
      return between.length === 0 ? [] : [[`${from}→${to}`, between] as const];
    }),
  );
  return { key: layoutKey(request), passes, ...withUnlinked(request, linked, { positions, width, height }) };
}

type Drawn = Pick<Layout, 'positions' | 'width' | 'height'>;

function withUnlinked({ nodes }: LayoutRequest, linked: ReadonlySet<string>, drawn: Drawn): Drawn {
  const alone = sorted(
    nodes.filter(({ id }) => !linked.has(id)),
    ({ id }) => id,
  );
  const positions: Record<string, Point> = { ...drawn.positions };
  const mostWide = Math.max(drawn.width, 5 * 180);
  let [x, y, width, height] = [
    0,
    drawn.height === 0 ? 0 : drawn.height + 2 * BETWEEN_NODES,
    drawn.width,
    drawn.height,
  ];
  for (const node of alone) {
    if (x > 0 && x + node.width > mostWide) [x, y] = [0, y + node.height + BETWEEN_NODES];
    positions[node.id] = { x, y };
    x += node.width + BETWEEN_NODES;
    width = Math.max(width, x - BETWEEN_NODES);
    height = Math.max(height, y + node.height);
  }
  return { positions, width: Math.round(width), height: Math.round(height) };
}
