import { inWords, statusStep } from '../../events/status-step';
import { figure, percent, shortId } from '../../state/figures';
import { moment, shownCatalog, shownTraffic } from '../../shell/moment';
import { windowMs } from '../../shell/navigation';
import { events } from '../../state/store';
import type { ChartMark } from '../../parts/chart';
import { ChartFigure } from '../../parts/chart-figure';
import { failedLines, latencyLines, rateLines, timesOf } from './chart-lines';

/** Who gets how much, how long it takes, and how much of it fails. */
export function ServiceCharts({ name }: { readonly name: string }) {
  const service = shownCatalog.value.get(name);
  const { callSeries, calls, attempts, on } = shownTraffic.value;
  const times = timesOf(shownTraffic.value, name, windowMs.value);
  if (!on)
    return (
      <div class="panel empty">
        Load reports are off at this registry (TRAFFIC_REPORTS=off): there are no rates.
      </div>
    );
  if (times.length === 0)
    return (
      <div class="panel empty charts-empty">
        Nobody has reported a request to {name} in the last 5 minutes. Gateways and service clients report by
        themselves, as soon as one is sent.
      </div>
    );
  const marks = marksOf(name);
  const isPast = moment.value !== undefined;
  const all = calls.get(name) ?? attempts.get(name);
  const tried = attempts.get(name);
  return (
    <div class="charts">
      <ChartFigure
        name="rate"
        title="Requests by instance"
        value={figure(all?.perSecond ?? 0)}
        unit="/s"
        note="stacked · newer versions violet"
        label={`Requests a second to ${name} by instance, ${figure(all?.perSecond ?? 0)} ${isPast ? 'then' : 'now'}`}
        times={times}
        lines={rateLines(shownTraffic.value, name, service?.instances ?? [], times)}
        marks={marks}
        isStacked
      />
      <ChartFigure
        name="latency"
        title="Latency"
        value={figure(all?.p99)}
        unit="ms p99"
        note={`p50 ${figure(all?.p50)} ms · as callers saw it`}
        label={`p99 latency of ${name} in milliseconds, ${figure(all?.p99)} ${isPast ? 'then' : 'now'}`}
        times={times}
        lines={latencyLines(callSeries.get(name), times)}
        marks={marks}
      />
      <ChartFigure
        name="failed"
        title="Attempts that failed"
        value={percent(tried?.failedShare)}
        unit="%"
        note={
          <>
            callers saw{' '}
            <span class={(all?.failedShare ?? 0) > 0 ? 'gone' : 'up'}>{percent(all?.failedShare)} %</span>
          </>
        }
        label={`Share of attempts at ${name} that failed in percent, ${percent(tried?.failedShare)} ${isPast ? 'then' : 'now'}`}
        times={times}
        lines={failedLines(shownTraffic.value, name, times)}
        marks={marks}
      />
    </div>
  );
}

const MOST_MARKS = 4;

/** What happened to the service meanwhile: changes explain curves. */
function marksOf(name: string): readonly ChartMark[] {
  return events.value
    .filter(({ service_name }) => service_name === name)
    .flatMap((event) => {
      const step = statusStep(event);
      if (step === undefined) return [];
      const colour = step.after === 'out_of_service' ? 'oos' : step.after;
      return [{ at: event.at / 1000, text: `${shortId(event.instance_id)} ${inWords(step.after)}`, colour }];
    })
    .slice(0, MOST_MARKS);
}
