import type { StreamEvent } from './event-stream';
import type { Frame } from './frame';
import type { LivePicture } from './live-picture';

/** What a page says to the worker that holds the stream for all tabs. */
export type ToStream =
  | { readonly type: 'follow'; readonly token: string | undefined }
  | { readonly type: 'here' }
  | { readonly type: 'leave' };

/**
 * What the worker says to a page: everything that is known, then what changes. Events go on as text: that is read in half the
 * time that it takes to copy what is in it, and a wide fleet is megabytes.
 */
export type FromStream =
  | { readonly type: 'picture'; readonly picture: LivePicture }
  | { readonly type: 'events'; readonly events: readonly StreamEvent[] }
  | { readonly type: 'frames'; readonly frames: readonly Frame[] };

/** A page says so often that it is still there: nothing tells a worker that a tab has been closed. */
export const HERE_EVERY_MS = 15_000;
