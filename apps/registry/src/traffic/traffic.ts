import type { LoadReport, TrafficResponse } from '@rollcall/contracts';
import type { Moment } from '../catalog/moment';
import type { Holder, Shares } from '../shares/shares';
import { describeTraffic, type TrafficViewQuery } from './describe-traffic';
import { createReportedLoad, type ReportedLoad, type TakePlace } from './reported-load';

/**
 * What instances report of the requests that they send: minutes of it, in bounded memory. It is for people to look at: it
 * is not stored, has no revision, and neither the catalog nor anything that picks instances knows of it.
 */
export interface Traffic {
  /** Whether reports are taken. */
  readonly isOn: boolean;
  /** Edges and reporters that have a place. */
  readonly seriesCount: number;
  /** Reports since the start, by what became of them. */
  readonly counts: Readonly<Record<ReportVerdict, number>>;
  /** Counts what an instance has reported. To be called for those that are listed, in their present incarnation only. */
  take(report: LoadReport, holder: Holder, now: number): ReportVerdict;
  /** When the next report is wanted; 0: none is. */
  intervalMs(now: number): number;
  view(query: TrafficViewQuery, moment: Moment): TrafficResponse;
  /** Somebody looks at it: reports come every two seconds until the returned function is called. */
  watched(): () => void;
}

/** `repeated`: it was counted before, or is older than one that was. `no_room`: `TRAFFIC_SERIES` is reached. */
export type ReportVerdict = 'counted' | 'repeated' | 'no_room';

export interface TrafficOptions {
  /** Places of edges and reporters, 7 KiB each; `undefined`: no reports are taken. */
  readonly places: Shares | undefined;
}

/** While nobody looks: so that there is a past to show when somebody does. */
const UNWATCHED_INTERVAL_MS = 10_000;
const WATCHED_INTERVAL_MS = 2000;
/** Whoever has asked a moment ago asks again. */
const ASKED_FOR_MS = 10_000;
/** Longer than the longest window: then nothing of it can be seen any more. */
const KEPT_MS = 320_000;
const SWEEP_INTERVAL_MS = 10_000;
/** Streams are written one after another, and each asks: what they are shown is put together once. */
const SAME_MOMENT_MS = 250;

export function createTraffic({ places }: TrafficOptions): Traffic {
  const reporters = new Map<string, ReportedLoad>();
  const counts = { counted: 0, repeated: 0, no_room: 0 };
  let viewers = 0;
  let askedAt = -Infinity;
  let sweptAt = -Infinity;
  let viewed: { readonly asked: string; readonly at: number; readonly answer: TrafficResponse } | undefined;

  const isWatched = (now: number): boolean => viewers > 0 || now - askedAt < ASKED_FOR_MS;

  function intervalMs(now: number): number {
    if (places === undefined) return 0;
    return isWatched(now) ? WATCHED_INTERVAL_MS : UNWATCHED_INTERVAL_MS;
  }

  /** What has not been heard of for so long that it is in no window. By the calls that come, so that there is no timer. */
  function sweep(now: number): void {
    if (now - sweptAt < SWEEP_INTERVAL_MS) return;
    sweptAt = now;
    for (const [name, reporter] of reporters) {
      reporter.forgetIdle(now - KEPT_MS);
      if (now - reporter.reportedAt <= KEPT_MS) continue;
      reporter.forget();
      reporters.delete(name);
    }
  }

  function reporterOf({ reporter }: LoadReport, takePlace: TakePlace, now: number): ReportedLoad | undefined {
    const name = `${reporter.service_name}|${reporter.instance_id}`;
    const known = reporters.get(name);
    if (known?.epoch === reporter.epoch) return known;
    known?.forget();
    reporters.delete(name);
    const release = takePlace();
    if (release === undefined) return undefined;
    const added = createReportedLoad(reporter, release, now);
    reporters.set(name, added);
    return added;
  }

  function verdictOf(report: LoadReport, holder: Holder, now: number): ReportVerdict {
    if (places === undefined) return 'no_room';
    const { service_name: service } = report.reporter;
    const takePlace: TakePlace = () =>
      places.verdict({ ...holder, service }) === 'free' ? places.take({ ...holder, service }) : undefined;
    const reporter = reporterOf(report, takePlace, now);
    if (reporter === undefined) return 'no_room';
    if (report.seq <= reporter.seq) return 'repeated';
    reporter.take(report, { takePlace, intervalMs: intervalMs(now), now });
    return 'counted';
  }

  return {
    isOn: places !== undefined,
    get seriesCount() {
      return places?.taken ?? 0;
    },
    counts,
    take(report, holder, now) {
      viewed = undefined;
      sweep(now);
      const verdict = verdictOf(report, holder, now);
      counts[verdict] += 1;
      return verdict;
    },
    intervalMs,
    view(query, moment) {
      const { now } = moment;
      const asked = JSON.stringify(query);
      askedAt = now;
      if (viewed?.asked === asked && now - viewed.at < SAME_MOMENT_MS) return viewed.answer;
      sweep(now);
      const reports = places === undefined ? 'off' : 'on';
      const answer: TrafficResponse = { reports, ...describeTraffic([...reporters.values()], query, moment) };
      viewed = { asked, at: now, answer };
      return answer;
    },
    watched() {
      viewers += 1;
      let isWatching = true;
      return () => {
        if (isWatching) viewers -= 1;
        isWatching = false;
      };
    },
  };
}
