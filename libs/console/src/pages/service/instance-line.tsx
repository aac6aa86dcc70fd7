import type { ExplainedInstance } from '@rollcall/contracts';
import { age, figure, percent, shortId, whole } from '../../state/figures';
import { titleOf, type RowCell } from '../../state/service-row';
import { serverNow } from '../../state/store';
import { instanceKey, type Ejection } from '../../state/traffic';
import { latestSteps } from '../../state/traffic-series';
import { moment, shownTraffic } from '../../shell/moment';
import { choices, hrefWith, windowMs } from '../../shell/navigation';
import { ActButton } from '../../parts/act-button';
import { Cell } from '../../parts/cell';
import { Spark, thinned } from '../../parts/spark';
import { toneOfFailures } from '../services/service-line';
import { Lease, Opinions, Session } from './standing';

/** One instance: what it says of itself, what the registry knows, and what flows to it. */
export function InstanceLine(props: {
  readonly cell: RowCell;
  readonly explained: ExplainedInstance | undefined;
  readonly ejections: readonly Ejection[];
  readonly isUsual: boolean;
}) {
  const { cell, explained, ejections, isUsual } = props;
  const { instance, kind } = cell;
  const title = titleOf(cell);
  const key = instanceKey(instance.service_name, instance.instance_id);
  const flow = shownTraffic.value.instances.get(key);
  const series = shownTraffic.value.instanceSeries.get(key);
  const isChosen = choices.value['i'] === instance.instance_id;
  const failed = toneOfFailures(flow?.failedShare);
  const word = instance.status === 'out_of_service' ? 'out' : instance.status;
  const tone = kind === 'ejected' ? 'ejected' : instance.status === 'suspect' ? 'suspect' : 'accent';
  return (
    <tr aria-selected={isChosen}>
      <td>
        <span class={`st ${instance.status}`} title={title}>
          <Cell kind={kind} title={title} />
          {word}
        </span>
      </td>
      <td class="mono">
        <a
          data-row
          title={instance.instance_id}
          href={hrefWith({ i: isChosen ? undefined : instance.instance_id })}
        >
          {shortId(instance.instance_id)}
        </a>
        <div class="sub mono">{instance.url.replace(/^https?:\/\//, '')}</div>
      </td>
      <td class="o">
        <span class={`tag ${isUsual ? '' : 'draining'}`}>{instance.version ?? '–'}</span>
      </td>
      <td class="dim mono nowrap o">{instance.zone ?? '–'}</td>
      <td class="dim nowrap o">
        {instance.registered_at === 0
          ? '–'
          : age((moment.value ?? serverNow.value) - instance.registered_at * 1000)}
      </td>
      <td class="nowrap note o">
        <Session session={explained?.session} />
      </td>
      <td class="nowrap o">
        <Lease instance={instance} ends={explained?.lease_ends} />
      </td>
      <td class="r n">{figure(flow?.perSecond ?? 0)}</td>
      <td class="o">
        {series === undefined ? null : (
          <Spark values={thinned(latestSteps(series, 'requests', windowMs.value), 40)} tone={tone} />
        )}
      </td>
      <td class={`r n ${failed}`}>
        {percent(flow?.failedShare)}
        {flow?.failedShare == null ? '' : ' %'}
      </td>
      <td class="r n">{figure(flow?.p99)}</td>
      <td class="r n dim o">{flow === undefined ? '–' : whole(flow.inFlight)}</td>
      <td class="nowrap mono o opinions">
        <Opinions instance={instance} ejections={ejections} />
      </td>
      <td class="r nowrap">
        <ActButton action={{ kind: 'drain', instance }}>
          {instance.status === 'draining' ? 'Draining…' : 'Drain…'}
        </ActButton>{' '}
        <a
          class="btn small"
          href={hrefWith({ i: instance.instance_id })}
          aria-label={`Why, and what can be done: ${instance.instance_id}`}
        >
          ⋯
        </a>
      </td>
    </tr>
  );
}
