import { Shape } from '../parts/cell';
import { counted, figure } from '../state/figures';
import type { Box } from './edge-shape';
import { HEAT_WORDS, type GraphNode } from './graph';
import { cellsShown, shownLabel } from './node-size';
import { pressing } from './pressing';
import { sparkPath } from './spark-path';

interface NodeProps {
  readonly node: GraphNode;
  readonly box: Box;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

/** A box with its instances, its figures and its last minute. */
export function NodeMark({ node, box, isSelected, onSelect }: NodeProps) {
  const shown = cellsShown(node);
  const more = node.instances.length - shown;
  return (
    <g
      class={`node ${node.heat}${isSelected ? ' sel' : ''}`}
      transform={`translate(${box.x},${box.y})`}
      aria-label={nodeWords(node)}
      aria-pressed={isSelected}
      {...pressing(onSelect)}
    >
      <rect class="box" width={box.width} height={box.height} rx="8" />
      <text class="name" x="11" y="20">
        {shownLabel(node)}
      </text>{' '}
      {node.instances.slice(0, shown).map(({ instance_id, status }, index) => (
        <g
          key={instance_id}
          class={`cell ${status}`}
          transform={`translate(${box.width - 10 - (more > 0 ? 26 : 0) - (shown - index) * 8.2},8) scale(.82)`}
          aria-hidden="true"
        >
          <Shape kind={status} />
        </g>
      ))}
      {more > 0 ? (
        <text class="more" x={box.width - 10} y="18" text-anchor="end">
          +{more}
        </text>
      ) : null}{' '}
      <text class="figures" x="11" y="36">
        {nodeFigures(node)}
      </text>
      <path class="spark" transform="translate(11,42)" d={sparkPath(node.series, box.width - 22, 9)} />
    </g>
  );
}

function nodeFigures({ held, figures, instances, kind }: GraphNode): string {
  if (held > 0) return `${figure(held)} held`;
  if (figures.perSecond === 0) return instances.length === 0 && kind === 'service' ? 'no instance' : 'idle';
  const latency = kind === 'callers' ? '' : ` · ${figure(figures.p99)} ms`;
  return `${figure(figures.perSecond)}/s${latency}`;
}

/** What is written in the box comes first: who speaks to a computer says what is seen. */
function nodeWords(node: GraphNode): string {
  const more = node.instances.length - cellsShown(node);
  const seen = [shownLabel(node), ...(more > 0 ? [`+${more}`] : []), nodeFigures(node)].join(' ');
  return `${seen}${node.kind === 'service' ? `, ${counted(node.instances.length, 'instance')}` : ''}${HEAT_WORDS[node.heat]}`;
}
