import type { ServerOptions, ServerHttp2Session, ClientHttp2Session, Settings } from 'node:http2';

/** Bytes of one body that its sender may have on the way; at 64 KiB an upload over 40 ms comes at 1.3 MB/s. */
const STREAM_WINDOW = 256 * 1024;
/** Of a session: more than is on the way at once. It bounds no memory, as Node gives it back when bytes arrive, read or not. */
const SESSION_WINDOW = 1024 * 1024;

/** Limits of what the other end of a session may send, for both directions. */
export const SESSION_LIMITS = {
  // Of the session's whole life on Node 24: one that carries many callers' requests needs some.
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 64,
  maxSettings: 16,
} as const satisfies ServerOptions;

export const SESSION_SETTINGS = {
  enablePush: false,
  initialWindowSize: STREAM_WINDOW,
} as const satisfies Settings;

/** For each session, at its beginning: the window of settings is each stream's alone. */
export function widenWindow(session: ServerHttp2Session | ClientHttp2Session): void {
  if (!session.destroyed) session.setLocalWindowSize(SESSION_WINDOW);
}
