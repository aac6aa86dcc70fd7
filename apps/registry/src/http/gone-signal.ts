import type { ServerResponse } from 'node:http';

/**
 * Aborts when the caller has gone, or was answered, or the registry is going, whichever is first. By hand, because
 * what `AbortSignal.any` hangs on a signal that lives as long as the process stays there (Node 20).
 */
export function goneSignal(res: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const leave = (): void => {
    closing.removeEventListener('abort', leave);
    gone.abort();
  };
  if (closing.aborted || res.closed) leave();
  else {
    closing.addEventListener('abort', leave);
    res.once('close', leave);
  }
  return gone.signal;
}
