import { Component } from 'preact';
import { foldEvents } from '../../events/causes';
import { FAILS_BADLY, FAILS_SOME } from '../../state/attention';
import { figure, percent, whole } from '../../state/figures';
import type { ServiceRow } from '../../state/service-row';
import { latestSteps } from '../../state/traffic-series';
import { shownTraffic } from '../../shell/moment';
import { hrefTo } from '../../shell/navigation';
import { Ago } from '../../parts/ago';
import { Roll } from '../../parts/roll';
import { Spark, thinned } from '../../parts/spark';

interface ServiceLineProps {
  readonly row: ServiceRow;
  /** How much of the past its trend shows. */
  readonly windowMs: number;
}

/** A row of the table. It is drawn again only when its service is another object, or the window another one. */
export class ServiceLine extends Component<ServiceLineProps> {
  override shouldComponentUpdate(next: ServiceLineProps): boolean {
    return next.row !== this.props.row || next.windowMs !== this.props.windowMs;
  }

  override render() {
    const { row, windowMs } = this.props;
    const { calls, series } = row;
    const failed = toneOfFailures(calls?.failedShare);
    return (
      <tr>
        <td class="wide">
          <a class="name" data-row href={hrefTo({ page: 'service', name: row.name })}>
            {row.name}
          </a>
          <div class="sub" title={row.paths.join(' · ')}>
            {row.paths.length === 0 ? 'by name only' : row.paths.slice(0, 3).join(' · ')}
          </div>
        </td>
        <td>
          <Roll cells={row.cells} />
        </td>
        <td class="needs">
          <Needs row={row} />
        </td>
        <td class="o">
          <Versions versions={row.versions} />
        </td>
        <td class="r n">{shownTraffic.value.on ? figure(calls?.perSecond ?? 0) : '–'}</td>
        <td class="o sparks">
          {series === undefined ? null : (
            <Spark
              values={thinned(latestSteps(series, 'requests', windowMs))}
              tone={failed === 'dim' ? 'accent' : failed}
            />
          )}
        </td>
        <td class={`r n ${failed}`}>
          {percent(calls?.failedShare)}
          {calls?.failedShare == null ? '' : ' %'}
        </td>
        <td class="r n dim o p50">{figure(calls?.p50)}</td>
        <td class={`r n ${toneOfLatency(calls?.p50, calls?.p99)}`}>{figure(calls?.p99)}</td>
        <td class="r n dim o">{calls === undefined ? '–' : whole(calls.inFlight)}</td>
        <td class="nowrap o last">
          {row.last === undefined ? (
            <span class="faint">–</span>
          ) : (
            <>
              {foldEvents([row.last])[0]?.word}
              <div class="sub">
                {row.last.actor === 'registry' ? 'by itself' : row.last.actor} · <Ago at={row.last.at} />
              </div>
            </>
          )}
        </td>
      </tr>
    );
  }
}

function Needs({ row: { attention } }: { readonly row: ServiceRow }) {
  const [first, ...others] = attention;
  if (first === undefined) return <span class="faint">—</span>;
  return (
    <>
      <span class={`pill ${first.tone}`}>{first.label}</span>
      {others.slice(0, 2).map(({ tone, label }) => (
        <span key={label} class={`pill ${tone}`}>
          {label}
        </span>
      ))}
      <div class="sub" title={attention.map(({ label, detail }) => `${label}: ${detail}`).join('\n')}>
        {first.detail}
      </div>
    </>
  );
}

function Versions({ versions }: { readonly versions: ServiceRow['versions'] }) {
  const all = versions.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      <div class="vbar" title={versions.map(([version, count]) => `${version} ×${count}`).join(' · ')}>
        {versions.map(([version, count]) => (
          <i key={version} style={{ width: `${(count / all) * 100}%` }} />
        ))}
      </div>
      <div class="sub mono">
        {versions
          .slice(0, 2)
          .map(([version]) => version)
          .join(' · ')}
      </div>
    </>
  );
}

export function toneOfFailures(share: number | null | undefined): 'gone' | 'suspect' | 'dim' {
  return (share ?? 0) >= FAILS_BADLY ? 'gone' : (share ?? 0) >= FAILS_SOME ? 'suspect' : 'dim';
}

/** A tail that is far from the middle, and long enough to be felt. */
function toneOfLatency(p50: number | null | undefined, p99: number | null | undefined): string {
  if (p50 == null || p99 == null) return 'dim';
  return p99 >= 1000 ? 'gone' : p99 >= 100 && p99 >= 20 * p50 ? 'suspect' : '';
}
