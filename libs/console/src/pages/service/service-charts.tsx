import { inWords, statusStep } from '../../events/status-step';
import { figure, percent, shortId } from '../../state/figures';
import { choices } from '../../shell/navigation';
import { catalog, events, traffic } from '../../state/store';
import { Chart, type ChartMark } from '../../parts/chart';
import { failedLines, latencyLines, rateLines, timesOf } from './chart-lines';

/** Who gets how much, how long it takes, and how much of it fails. */
export function ServiceCharts({ name }: { readonly name: string }) {
  const windowMs = Number(choices.value['window'] ?? 300) * 1000;
  const service = catalog.value.get(name);
  const { callSeries, calls, attempts, on } = traffic.value;
  const times = timesOf(traffic.value, name, windowMs);
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
  const all = calls.get(name) ?? attempts.get(name);
  const tried = attempts.get(name);
  return (
    <div class="charts">
      <figure class="panel chart">
        <figcaption>
          Requests by instance{' '}
          <b>
            {figure(all?.perSecond ?? 0)}
            <small> /s</small>
          </b>
          <span class="right">stacked · newer versions violet</span>
        </figcaption>
        <Chart
          label={`Requests a second to ${name} by instance, ${figure(all?.perSecond ?? 0)} now`}
          times={times}
          lines={rateLines(traffic.value, name, service?.instances ?? [], times)}
          marks={marks}
          format={figure}
          isStacked
        />
      </figure>
      <figure class="panel chart">
        <figcaption>
          Latency{' '}
          <b>
            {figure(all?.p99)}
            <small> ms p99</small>
          </b>
          <span class="right">p50 {figure(all?.p50)} ms · as callers saw it</span>
        </figcaption>
        <Chart
          label={`p99 latency of ${name} in milliseconds, ${figure(all?.p99)} now`}
          times={times}
          lines={latencyLines(callSeries.get(name), times)}
          marks={marks}
          format={figure}
        />
      </figure>
      <figure class="panel chart">
        <figcaption>
          Attempts that failed{' '}
          <b>
            {percent(tried?.failedShare)}
            <small> %</small>
          </b>
          <span class="right">
            callers saw{' '}
            <span class={(all?.failedShare ?? 0) > 0 ? 'gone' : 'up'}>{percent(all?.failedShare)} %</span>
          </span>
        </figcaption>
        <Chart
          label={`Share of attempts at ${name} that failed, ${percent(tried?.failedShare)} percent now`}
          times={times}
          lines={failedLines(traffic.value, name, times)}
          marks={marks}
          format={(value) => figure(value)}
        />
      </figure>
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
