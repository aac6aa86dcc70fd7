import type { ServerResponse } from 'node:http';

/** Aborts when the caller has gone or the registry is going, whichever is first. */
export function goneSignal(res: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, closing]);
}
