import type { Instance } from '@rollcall/contracts';
import type { Line } from '../../parts/chart';
import { shortId } from '../../state/figures';
import { instanceKey, type Traffic } from '../../state/traffic';
import type { Series } from '../../state/traffic-series';

type Known = Pick<Traffic, 'callSeries' | 'instanceSeries'>;

/** The steps of a window, epoch seconds. */
export function timesOf(
  { callSeries, instanceSeries }: Known,
  name: string,
  windowMs: number,
): readonly number[] {
  const series = callSeries.get(name) ?? [...instanceSeries].find(([key]) => key.startsWith(`${name}/`))?.[1];
  if (series === undefined) return [];
  const steps = Math.min(series.requests.length, Math.round(windowMs / series.stepMs));
  const end = series.first + series.requests.length;
  return Array.from(
    { length: Math.max(0, steps) },
    (_, index) => ((end - steps + index) * series.stepMs) / 1000,
  );
}

function valueAt<T>(series: Series, values: readonly T[], time: number): T | undefined {
  return values[Math.round((time * 1000) / series.stepMs) - series.first];
}

/** More than that cannot be told apart: the rest is one. */
const MOST_LINES = 12;

/** What each instance gets, on top of each other; the newest version last, in a colour of its own. */
export function rateLines(
  traffic: Known,
  name: string,
  instances: readonly Instance[],
  times: readonly number[],
): readonly Line[] {
  const versions = instances.map(({ version }) => version);
  const usual = versions.toSorted(
    (a, b) => versions.filter((one) => one === b).length - versions.filter((one) => one === a).length,
  )[0];
  const layers = instances
    .flatMap((instance) => {
      const series = traffic.instanceSeries.get(instanceKey(name, instance.instance_id));
      return series === undefined ? [] : [{ instance, series }];
    })
    .slice(0, MOST_LINES)
    .sort((a, b) => Number(a.instance.version !== usual) - Number(b.instance.version !== usual));
  const sum = new Array<number>(times.length).fill(0);
  const lines = layers.map(({ instance, series }, index): Line => {
    times.forEach((time, at) => {
      sum[at] = (sum[at] ?? 0) + ((valueAt(series, series.requests, time) ?? 0) * 1000) / series.stepMs;
    });
    const isOther = instance.version !== usual;
    const colour = instance.status === 'suspect' ? 'suspect' : isOther ? 'draining' : 'accent';
    return {
      label: shortId(instance.instance_id),
      values: [...sum],
      colour,
      fill: isOther ? 0.45 : 0.16 + 0.07 * (index % 4),
      width: isOther ? 1.4 : 0.7,
    };
  });
  // The highest is drawn first, so that each area shows what its own instance adds.
  return lines.reverse();
}

export function latencyLines(series: Series | undefined, times: readonly number[]): readonly Line[] {
  if (series === undefined) return [];
  return [
    {
      label: 'p99',
      colour: 'accent',
      values: times.map((time) => valueAt(series, series.p99, time) ?? null),
    },
  ];
}

/** In percent: what attempts failed, and what of it callers saw. */
export function failedLines(
  { callSeries, instanceSeries }: Known,
  name: string,
  times: readonly number[],
): readonly Line[] {
  const attempts = [...instanceSeries]
    .filter(([key]) => key.startsWith(`${name}/`))
    .map(([, series]) => series);
  const calls = callSeries.get(name);
  const share = (all: readonly Series[]) =>
    times.map((time) => {
      const sum = (of: 'requests' | 'failed') =>
        all.reduce((total, series) => total + (valueAt(series, series[of], time) ?? 0), 0);
      const requests = sum('requests');
      return requests === 0 ? null : (sum('failed') / requests) * 100;
    });
  return [
    { label: 'attempts', colour: 'gone', values: share(attempts), fill: 0.12 },
    ...(calls === undefined
      ? []
      : [{ label: 'callers', colour: 'text', values: share([calls]), width: 1, dash: [3, 2] }]),
  ];
}
