import type { LiveEvent } from '@rollcall/contracts';
import type { StreamEvent } from './event-stream';
import { parseVisible } from './visible-text';

/** How the stream fares. `fault` is a sentence for people. */
export type Connection =
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  | { readonly status: 'lost'; readonly fault: string }
  | { readonly status: 'refused'; readonly code: 401 | 403; readonly fault: string };

/** What a source tells of as it happens: the events of `GET /live`, and how the connection fares. */
export type Frame = LiveEvent | { readonly type: 'connection'; readonly data: Connection };

const TYPES: ReadonlySet<string> = new Set<LiveEvent['type']>([
  'hello',
  'snapshot',
  'delta',
  'synced',
  'event',
  'guard',
  'drain',
  'traffic',
  'registry',
]);

function isFrame(event: { readonly type: string; readonly data: unknown }): event is LiveEvent {
  return TYPES.has(event.type);
}

/** Events of the stream, without those that a newer registry sends and that are not known here. */
export function framesOf(events: readonly StreamEvent[]): readonly Frame[] {
  return events.map(({ type, data }) => ({ type, data: parseVisible(data) })).filter(isFrame);
}
