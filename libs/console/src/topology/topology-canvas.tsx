import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { curvePath, edgeCurve, LABEL_HEIGHT, placeLabels } from './edge-shape';
import { EdgeMark, edgeLabel } from './edge-mark';
import type { GraphEdge } from './graph';
import type { Layout } from './layout';
import { NodeMark } from './node-mark';
import { nodeSize } from './node-size';
import { labelledEdges, type ShownGraph } from './shown-graph';

export interface Selection {
  readonly node: string | undefined;
  readonly edge: string | undefined;
}

interface CanvasProps {
  readonly graph: ShownGraph;
  readonly layout: Layout;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

const MARGIN = { left: 24, top: 54, right: 24, bottom: 64 };
const PANEL = 316;
const SMALLEST_SCALE = 0.75;
const MOST_MOVING = 60;

/** The picture: edges beneath nodes beneath labels, fitted into the room that there is, and scrolled where it is larger. */
export function TopologyCanvas({ graph, layout, selection, onSelect }: CanvasProps) {
  const [frame, room] = useRoom();
  const hasPanel = selection.node !== undefined || selection.edge !== undefined;
  // A panel that opens changes neither the size nor the place of anything: what it hides can be scrolled to.
  const right = MARGIN.right + (hasPanel ? PANEL : 0);
  const scale = Math.max(
    SMALLEST_SCALE,
    Math.min(
      1.1,
      (room.width - MARGIN.left - MARGIN.right) / Math.max(1, layout.width),
      (room.height - MARGIN.top - MARGIN.bottom) / Math.max(1, layout.height),
    ),
  );
  const width = Math.max(room.width, layout.width * scale + MARGIN.left + right);
  const height = Math.max(room.height, layout.height * scale + MARGIN.top + MARGIN.bottom);
  const boxes = new Map(
    graph.nodes.flatMap((node) => {
      const at = layout.positions[node.id];
      return at === undefined ? [] : [[node.id, { ...at, ...nodeSize(node) }] as const];
    }),
  );
  const edges = graph.edges.flatMap((edge) => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    return from === undefined || to === undefined
      ? []
      : [{ edge, curve: edgeCurve(from, to, layout.passes[edge.id]) }];
  });
  const curves = new Map(edges.map(({ edge, curve }) => [edge.id, curve]));
  const texts = new Map(labelledEdges(graph.edges).map((edge) => [edge.id, edgeLabel(edge)]));
  const labels = placeLabels(
    [...texts].flatMap(([id, text]) => {
      const curve = curves.get(id);
      return curve === undefined ? [] : [{ id, curve, width: text.length * 6.4 + 12 }];
    }),
    [...boxes.values()],
  );
  const moving = new Set(
    [...edges]
      .filter(({ edge }) => edge.figures.perSecond > 0.5)
      .sort((one, other) => other.edge.requests - one.edge.requests)
      .slice(0, MOST_MOVING)
      .map(({ edge }) => edge.id),
  );
  // Room that is left over is on both sides of the picture.
  const left =
    MARGIN.left + Math.max(0, (room.width - MARGIN.left - MARGIN.right - layout.width * scale) / 2);
  const top = MARGIN.top + Math.max(0, (height - MARGIN.top - MARGIN.bottom - layout.height * scale) / 2);

  return (
    <div class="canvas" ref={frame}>
      <svg width={width} height={height} role="group" aria-label="Who calls whom">
        <g transform={`translate(${left.toFixed(1)},${top.toFixed(1)}) scale(${scale.toFixed(3)})`}>
          {edges.map(({ edge, curve }) => (
            <EdgeMark
              key={edge.id}
              edge={edge}
              path={curvePath(curve)}
              isMoving={moving.has(edge.id)}
              isSelected={selection.edge === edge.id}
              isDimmed={isAside(edge, selection)}
              onSelect={() => onSelect({ node: undefined, edge: edge.id })}
            />
          ))}
          {graph.nodes.map((node) => {
            const box = boxes.get(node.id);
            return box === undefined ? null : (
              <NodeMark
                key={node.id}
                node={node}
                box={box}
                isSelected={selection.node === node.id}
                onSelect={() => onSelect({ node: node.id, edge: undefined })}
              />
            );
          })}
          {[...labels].map(([id, at]) => {
            const text = texts.get(id) ?? '';
            const wide = text.length * 6.4 + 12;
            const heat = graph.edges.find((edge) => edge.id === id)?.heat ?? 'calm';
            return (
              <g key={id} class={`elab ${heat}`} aria-hidden="true">
                <rect
                  x={at.x - wide / 2}
                  y={at.y - LABEL_HEIGHT / 2}
                  width={wide}
                  height={LABEL_HEIGHT}
                  rx="4"
                />
                <text x={at.x} y={at.y + 3.7} text-anchor="middle">
                  {text}
                </text>
              </g>
            );
          })}
        </g>
      </svg>
    </div>
  );
}

function useRoom() {
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [frame, room] as const;
}

function isAside({ id, from, to }: GraphEdge, { node, edge }: Selection): boolean {
  return edge !== undefined ? id !== edge : node !== undefined && from !== node && to !== node;
}
