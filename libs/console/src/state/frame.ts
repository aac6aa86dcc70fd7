import type { LiveEvent } from '@rollcall/contracts';
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

/** An event of the stream; `undefined` for one that a newer registry sends and that is not known here. */
export function parseFrame(type: string, data: string): Frame | undefined {
  const event = { type, data: parseVisible(data) };
  return isFrame(event) ? event : undefined;
}
