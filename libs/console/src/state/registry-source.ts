import type { RegistryApi } from './api';
import { repeat } from './repeat';
import { followSharedStream } from './shared-stream';
import type { RegistrySource } from './source';

const TRAFFIC_EVERY_MS = 2000;
const FIRST_WINDOW_MS = 300_000;
const WINDOW_MS = 20_000;
const PAST_EVENTS = 200;

/** A registry: its live stream, and its traffic while somebody looks. */
export function createRegistrySource(registry: RegistryApi, token: () => string | undefined): RegistrySource {
  return {
    kind: 'registry',
    registry,
    follow({ onPicture, onFrames, onTraffic, onPastEvents }) {
      const stops = [followSharedStream(token(), { onPicture, onFrames })];
      let windowMs = FIRST_WINDOW_MS;
      stops.push(
        repeat(TRAFFIC_EVERY_MS, async () => {
          const answer = await registry.traffic({ windowMs });
          // A tab that was away asks for all of it again: what it missed is not in the latest seconds.
          windowMs = answer.ok ? WINDOW_MS : FIRST_WINDOW_MS;
          if (answer.ok) onTraffic(answer.value);
        }),
        repeat(Infinity, async () => {
          const answer = await registry.latestEvents({ limit: PAST_EVENTS });
          if (answer.ok) onPastEvents(answer.value);
        }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
