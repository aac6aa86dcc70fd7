import { counted, figure, percent, whole } from '../../state/figures';
import { titleOf, type ServiceRow } from '../../state/service-row';
import { source } from '../../state/store';
import { latestSteps } from '../../state/traffic-series';
import { moment, shownTraffic } from '../../shell/moment';
import { windowMs } from '../../shell/navigation';
import { Component } from 'preact';
import { Cell, type CellKind } from '../../parts/cell';
import { Legend } from '../../parts/roll';
import { Spark, thinned } from '../../parts/spark';
import { readableRows } from './rows';

/** The roll of the whole fleet, and five figures of its traffic. */
export function FleetFigures() {
  const { total, totalSeries, on, reporters, held, edges } = shownTraffic.value;
  const gateways = new Set(edges.filter(({ route }) => route !== null).map(({ from }) => from));
  const reporting = reporters.filter(({ service_name }) => gateways.has(service_name)).length;
  const routes = new Set(edges.flatMap(({ route }) => (route === null ? [] : [route]))).size;
  const waiting = [...held.values()].reduce((sum, count) => sum + count, 0);
  const latest = (values: 'requests' | 'failed' | 'p99') =>
    thinned(latestSteps(totalSeries, values, windowMs.value), 60);
  const requests = latest('requests');
  const failures = latest('failed');
  const latencies = latest('p99');
  return (
    <div class="kpis">
      <FleetRoll />
      <Figure
        label="Requests"
        value={on ? figure(total.perSecond) : '–'}
        unit="/s"
        note={
          on
            ? `${moment.value === undefined ? `${counted(reporting, 'gateway')}, ` : ''}${counted(routes, 'route')}`
            : source.value?.kind === 'gateway'
              ? 'rates are known to registries'
              : 'load reports are off'
        }
        values={requests}
      />
      <Figure
        label="Failed"
        value={percent(total.failedShare)}
        unit="%"
        note={worst() ?? 'as callers saw it'}
        values={failures.some((value) => value > 0) ? failures : []}
        tone="gone"
      />
      <Figure
        label="p99"
        value={figure(total.p99)}
        unit="ms"
        note={`p50 ${figure(total.p50)} ms${reporting > 0 ? ', at gateways' : ''}`}
        values={latencies}
      />
      <Figure
        label="Retried"
        value={figure(total.retriedPerSecond)}
        unit="/s"
        note={
          total.requests === 0
            ? 'no request'
            : `${percent(total.retriedPerSecond / Math.max(total.perSecond, 1e-9))} % of them`
        }
        values={[]}
      />
      <Figure
        label="Requests held"
        value={moment.value === undefined && source.value?.kind !== 'gateway' ? whole(waiting) : '–'}
        unit=""
        note={waiting === 0 ? `${whole(total.inFlight)} in flight` : [...held.keys()].join(', ')}
        values={[]}
      />
    </div>
  );
}

function Figure(props: {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
  readonly values: readonly number[];
  readonly tone?: string;
}) {
  return (
    <div class="panel kpi">
      <div class="l">{props.label}</div>
      <div class="v">
        {props.value}
        <small> {props.unit}</small>
      </div>
      <div class="s" title={props.note}>
        {props.note}
      </div>
      {props.values.length > 1 ? <Spark values={props.values} tone={props.tone ?? 'accent'} /> : null}
    </div>
  );
}

/** Whose failures most of them are. */
function worst(): string | undefined {
  const failing = [...shownTraffic.value.calls].filter(([, { failed }]) => failed > 0);
  const all = failing.reduce((sum, [, { failed }]) => sum + failed, 0);
  const [first] = failing.sort((a, b) => b[1].failed - a[1].failed);
  return first && `callers saw; ${first[0]} ${Math.round((first[1].failed / all) * 100)} %`;
}

/** More cells than that are a carpet: those that need nothing become a number. */
const MOST_CELLS = 330;

function FleetRoll() {
  const rows = readableRows.value;
  const counts = countKinds(rows);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const isWhole = all <= MOST_CELLS;
  const shown: readonly ServiceRow[] = isWhole
    ? [...rows].sort((a, b) => (a.name < b.name ? -1 : 1))
    : rows.filter((row) => row.cells.some(({ kind }) => kind !== 'up')).slice(0, MOST_CELLS / 4);
  return (
    <div class="panel kpi">
      <div class="l">
        The roll
        <span class="faint">
          · {counted(all, 'instance')} of {counted(rows.length, 'service')}
        </span>
      </div>
      <div class="roll">
        {shown
          .filter((row) => row.cells.length > 0)
          .map((row) => (
            <FleetService key={row.name} row={row} isWhole={isWhole} />
          ))}
        {isWhole || shown.length > 0 ? null : <span class="dim">All of them are up.</span>}
      </div>
      <Legend counts={counts} />
    </div>
  );
}

/** In a fleet of ten thousand at every frame: without a list of them all. */
function countKinds(rows: readonly ServiceRow[]): ReadonlyMap<CellKind, number> {
  const counts = new Map<CellKind, number>();
  for (const { cells } of rows) for (const { kind } of cells) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

interface FleetServiceProps {
  readonly row: ServiceRow;
  readonly isWhole: boolean;
}

class FleetService extends Component<FleetServiceProps> {
  override shouldComponentUpdate({ row, isWhole }: FleetServiceProps): boolean {
    return row.cells !== this.props.row.cells || isWhole !== this.props.isWhole;
  }

  override render() {
    const { row, isWhole } = this.props;
    return (
      <span class="roll service" title={row.name}>
        {row.cells
          .filter(({ kind }) => isWhole || kind !== 'up')
          .slice(0, MOST_CELLS)
          .map((cell) => (
            <Cell key={cell.instance.instance_id} kind={cell.kind} title={`${row.name} · ${titleOf(cell)}`} />
          ))}
      </span>
    );
  }
}
