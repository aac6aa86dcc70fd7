import type { InstanceStatus } from '@rollcall/contracts';
import { Cell, WORDS } from '../parts/cell';
import { choose, hrefTo } from '../shell/navigation';
import { counted, figure, percent, shortId } from '../state/figures';
import { Fact, nameOf, Panel, Spark } from './panel';
import type { GraphEdge, GraphNode } from './graph';

interface NodePanelProps {
  readonly node: GraphNode;
  readonly edges: readonly GraphEdge[];
  readonly isFocused: boolean;
  readonly onClose: () => void;
}

/** What is sent to one node and what it sends itself, neighbour by neighbour. */
export function NodePanel({ node, edges, isFocused, onClose }: NodePanelProps) {
  const { figures, heat } = node;
  const bad = heat === 'failing' ? 'gone' : heat === 'warning' ? 'suspect' : undefined;
  return (
    <Panel
      title={node.label}
      pill={bad === undefined ? null : <span class={`pill ${bad}`}>{troubleOf(node)}</span>}
      onClose={onClose}
    >
      <div class="trio">
        <Fact name="calls" value={`${figure(figures.perSecond)}/s`} />
        <Fact name="p50 / p99 ms" value={`${figure(figures.p50)} / ${figure(figures.p99)}`} />
        <Fact name="failed %" value={percent(figures.perSecond === 0 ? null : figures.failed)} />
      </div>
      <Spark values={node.series} kind="accent" height={34} name="requests" />
      {node.instances.length === 0 ? null : <Statuses node={node} />}
      <Neighbours title="called by" edges={edges.filter(({ to }) => to === node.id)} end="from" />
      <Neighbours title="calls" edges={edges.filter(({ from }) => from === node.id)} end="to" />
      <div class="row">
        <button
          class="btn small"
          aria-pressed={isFocused}
          onClick={() => choose({ focus: isFocused ? undefined : node.id })}
        >
          {isFocused ? 'Show everything' : 'Focus'} <kbd>f</kbd>
        </button>
        {node.service === undefined ? null : (
          <>
            <a
              class="btn small"
              href={hrefTo(
                { page: 'service', name: node.service },
                { i: node.kind === 'instance' ? node.id : undefined },
              )}
            >
              Open {node.kind === 'instance' ? shortId(node.id) : node.service}
            </a>
            <a class="btn small" href={hrefTo({ page: 'events' }, { service: node.service })}>
              Its events
            </a>
          </>
        )}
      </div>
    </Panel>
  );
}

function troubleOf({ held, instances, figures, heat }: GraphNode): string {
  if (held > 0) return `${figure(held)} held`;
  if (instances.length === 0) return 'no instance';
  if (!instances.some(({ status }) => status === 'up' || status === 'suspect')) return 'no instance up';
  const suspects = instances.filter(({ status }) => status === 'suspect').length;
  if (suspects > 0 && figures.failed === 0) return `${suspects} suspect`;
  return figures.failed > 0
    ? `${percent(figures.failed)} % fail`
    : heat === 'warning'
      ? 'retried'
      : 'failing';
}

function Statuses({ node }: { readonly node: GraphNode }) {
  const counts = new Map<InstanceStatus, number>();
  for (const { status } of node.instances) counts.set(status, (counts.get(status) ?? 0) + 1);
  const versions = [...new Set(node.instances.map(({ version }) => version ?? 'no version'))];
  return (
    <div class="legend">
      {[...counts].map(([status, count]) => (
        <span key={status}>
          <Cell kind={status} /> {count} {WORDS[status]}
        </span>
      ))}
      <span class="faint">
        {versions.length > 2 ? counted(versions.length, 'version') : versions.join(', ')}
      </span>
    </div>
  );
}

interface NeighboursProps {
  readonly title: string;
  readonly edges: readonly GraphEdge[];
  readonly end: 'from' | 'to';
}

function Neighbours({ title, edges, end }: NeighboursProps) {
  if (edges.length === 0) return null;
  const busiest = [...edges].sort((one, other) => other.requests - one.requests);
  return (
    <table class="tight">
      <thead>
        <tr>
          <th>{title}</th>
          <th class="r">/s</th>
          <th class="r">fail %</th>
          <th class="r">p99</th>
        </tr>
      </thead>
      <tbody>
        {busiest.slice(0, 8).map((edge) => (
          <tr key={edge.id}>
            <td>
              <button class="link" onClick={() => choose({ node: undefined, edge: edge.id })}>
                {nameOf(edge[end])}
              </button>
            </td>
            <td class="r n">{figure(edge.figures.perSecond)}</td>
            <td
              class={`r n ${edge.heat === 'failing' ? 'gone' : edge.heat === 'warning' ? 'suspect' : 'dim'}`}
            >
              {percent(edge.figures.perSecond === 0 ? null : edge.figures.failed)}
            </td>
            <td class="r n">{figure(edge.figures.p99)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
