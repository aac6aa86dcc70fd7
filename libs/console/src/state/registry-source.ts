import type { RegistryApi } from './api';
import type { GatewayApi } from './gateway-api';
import { followSharedStream } from './shared-stream';
import type { RegistrySource } from './source';
import { LONGEST_PAST_MS } from './traffic-series';

const PAST_EVENTS = 200;

/** A registry: its live stream, and what was before that. */
export function createRegistrySource(
  { registry, fleet }: { readonly registry: RegistryApi; readonly fleet: GatewayApi },
  token: () => string | undefined,
): RegistrySource {
  return {
    kind: 'registry',
    registry,
    fleet,
    follow({ onPicture, onFrames, onHistory, onPastEvents }) {
      let isOver = false;

      /** What the stream does not tell: it begins now. Asked for again whenever it begins anew. */
      async function readPast(): Promise<void> {
        const [traffic, events] = await Promise.all([
          registry.traffic({ windowMs: LONGEST_PAST_MS }),
          registry.latestEvents({ limit: PAST_EVENTS }),
        ]);
        if (isOver) return;
        if (traffic.ok) onHistory(traffic.value);
        if (events.ok) onPastEvents(events.value);
      }

      const stop = followSharedStream(token(), {
        onPicture(picture) {
          onPicture(picture);
          void readPast();
        },
        onFrames(frames) {
          onFrames(frames);
          if (frames.some(({ type }) => type === 'hello')) void readPast();
        },
      });
      return () => {
        isOver = true;
        stop();
      };
    },
  };
}
