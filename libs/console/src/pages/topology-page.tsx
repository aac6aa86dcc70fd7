import { useEffect, useMemo } from 'preact/hooks';
import { singleKeys } from '../shell/keyboard';
import { shownCatalog } from '../shell/moment';
import { choices, choose } from '../shell/navigation';
import { traffic } from '../state/store';
import { EdgePanel } from '../topology/edge-panel';
import type { GraphMode } from '../topology/graph';
import { graphOf } from '../topology/graph-of';
import { NodePanel } from '../topology/node-panel';
import { nodeSize } from '../topology/node-size';
import { shownGraph } from '../topology/shown-graph';
import { TopologyCanvas, type Selection } from '../topology/topology-canvas';
import { TopologyTable } from '../topology/topology-table';
import { useFlowing } from '../topology/use-flowing';
import { useLayout } from '../topology/use-layout';

const MODES: readonly (readonly [GraphMode, string])[] = [
  ['services', 'Services'],
  ['instances', 'Instances'],
  ['zones', 'Zones'],
];

/** Who calls whom, as gateways and clients report it. */
export default function TopologyPage() {
  const { by, node, edge, focus, idle, still, table, q = '' } = choices.value;
  const mode = MODES.find(([name]) => name === by)?.[0] ?? 'services';
  const flowing = useFlowing(mode);
  const services = shownCatalog.value;
  const graph = useMemo(
    () =>
      graphOf({ ...flowing, mode, instances: [...services.values()].flatMap(({ instances }) => instances) }),
    [flowing, mode, services],
  );
  const shown = useMemo(
    () => shownGraph(graph, { focus, hideIdle: idle !== undefined, text: q.trim().toLowerCase() }),
    [graph, focus, idle, q],
  );
  const layout = useLayout(
    {
      nodes: shown.nodes.map((one) => ({ id: one.id, ...nodeSize(one) })),
      edges: shown.edges.map(({ from, to }) => ({ from, to })),
    },
    still !== undefined,
  );
  const select = (selection: Selection) => choose({ node: selection.node, edge: selection.edge });
  useKeys();

  const selectedEdge = graph.edges.find(({ id }) => id === edge);
  const selectedNode = graph.nodes.find(({ id }) => id === node);
  return (
    <div class="whole-page">
      <div class="head">
        <h1>Topology</h1>
        <span class="dim o">who calls whom, as gateways and clients report it</span>
        <div class="right">
          <div class="seg" role="group" aria-label="Nodes are">
            {MODES.map(([name, title]) => (
              <button
                key={name}
                aria-pressed={mode === name}
                onClick={() =>
                  choose({
                    by: name === 'services' ? undefined : name,
                    node: undefined,
                    edge: undefined,
                    focus: undefined,
                  })
                }
              >
                {title}
              </button>
            ))}
          </div>
        </div>
      </div>
      <div class="panel topo">
        {table === undefined ? (
          <TopologyCanvas graph={shown} layout={layout} selection={{ node, edge }} onSelect={select} />
        ) : (
          <TopologyTable edges={shown.edges} />
        )}
        <div class="tctl" role="group" aria-label="Picture">
          <Toggle
            name="idle"
            is={idle !== undefined}
            value="hidden"
            off="idle edges dotted"
            on="idle hidden"
          />
          <Toggle name="still" is={still !== undefined} value="on" off="hold still" on="layout held still" />
          <Toggle name="table" is={table !== undefined} value="on" off="as table" on="as picture" />
          {focus === undefined ? null : (
            <button class="chip on" onClick={() => choose({ focus: undefined })}>
              focus <b>{graph.nodes.find(({ id }) => id === focus)?.label ?? focus}</b> ✕
            </button>
          )}
        </div>
        {selectedEdge === undefined ? null : <EdgePanel edge={selectedEdge} onClose={closePanel} />}
        {selectedNode === undefined || selectedEdge !== undefined ? null : (
          <NodePanel
            node={selectedNode}
            edges={graph.edges}
            isFocused={focus === selectedNode.id}
            onClose={closePanel}
          />
        )}
        {graph.nodes.length === 0 ? <p class="empty over">No service is registered yet.</p> : null}
        {shown.nodes.length === 0 && graph.nodes.length > 0 ? (
          <p class="empty over">Nothing matches.</p>
        ) : null}
        {table === undefined ? (
          <Key isOff={traffic.value.at > 0 && !traffic.value.on} leftOut={shown.leftOut} />
        ) : null}
      </div>
    </div>
  );
}

function closePanel(): void {
  choose({ node: undefined, edge: undefined });
}

/** Escape closes the panel, f shows a node and its neighbours alone: as the address has it when the key comes. */
function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, dialog') !== null;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const { node, focus } = choices.peek();
      if (event.key === 'Escape') closePanel();
      if (event.key === 'f' && node !== undefined && singleKeys.peek())
        choose({ focus: focus === node ? undefined : node });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

interface ToggleProps {
  readonly name: string;
  readonly value: string;
  readonly is: boolean;
  readonly off: string;
  readonly on: string;
}

function Toggle({ name, value, is, off, on }: ToggleProps) {
  return (
    <button
      class={`chip${is ? ' on' : ''}`}
      aria-pressed={is}
      data-table={name === 'table' ? true : undefined}
      onClick={() => choose({ [name]: is ? undefined : value })}
    >
      {is ? on : off}
    </button>
  );
}

function Key({ isOff, leftOut }: { readonly isOff: boolean; readonly leftOut: number }) {
  return (
    <div class="panel tleg">
      <span>line width = calls/s (log)</span>
      <span>
        <b class="gone">━</b> ≥ 1 % fail
      </span>
      <span>
        <b class="suspect">━</b> retried, or ≥ 0.25 %
      </span>
      <span>┄ known, idle</span>
      {leftOut > 0 ? <span>{leftOut} with little traffic are left out: filter to see them</span> : null}
      <span class="faint">
        {isOff
          ? 'no traffic: load reports are off (TRAFFIC_REPORTS)'
          : 'reported every 2 s while somebody looks'}
      </span>
    </div>
  );
}
