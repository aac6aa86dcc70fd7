import type { TrafficResponse } from '@rollcall/contracts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { moment, shownTraffic } from '../shell/moment';
import { windowMs } from '../shell/navigation';
import { pastAnswer } from '../state/past-traffic';
import { repeat } from '../state/repeat';
import { source } from '../state/store';
import { latestSteps, LONGEST_PAST_MS } from '../state/traffic-series';
import type { GraphMode } from './graph';
import type { GraphInput } from './graph-of';

const EVERY_MS = 2000;
const WINDOW_MS = 60_000;

/**
 * Between services the live stream says it. Instances and zones take who sends to whom one by one, which is not on the stream:
 * that is asked for.
 */
export function useFlowing(mode: GraphMode): Pick<GraphInput, 'traffic' | 'series'> {
  const [asked, setAsked] = useState<TrafficResponse>();
  const at = moment.value;
  const isOnStream = mode === 'services';
  const from = source.value?.registry;
  useEffect(() => {
    setAsked(undefined);
    if (from === undefined || isOnStream) return;
    return repeat(at === undefined ? EVERY_MS : Infinity, async () => {
      const answer = await from.traffic({
        windowMs: at === undefined ? WINDOW_MS : LONGEST_PAST_MS,
        by: 'reporter',
      });
      if (!answer.ok) return;
      setAsked(at === undefined ? answer.value : pastAnswer(answer.value, at));
    });
  }, [from, isOnStream, at]);
  const live = shownTraffic.value;
  const shownMs = windowMs.value;
  return useMemo(() => {
    if (!isOnStream) return { traffic: asked };
    const { edges, reporters, edgeSeries } = live;
    const series = [...edgeSeries].map(
      ([id, known]) =>
        [
          id,
          {
            requests: latestSteps(known, 'requests', shownMs),
            failed: latestSteps(known, 'failed', shownMs),
          },
        ] as const,
    );
    return { traffic: { edges, reporters, window_ms: live.windowMs }, series: new Map(series) };
  }, [isOnStream, asked, live, shownMs]);
}
