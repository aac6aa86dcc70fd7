import type { ServerResponse } from 'node:http';

/**
 * Aborts when the caller has gone, or was answered, or the registry is going, or the caller's permission has been
 * taken away, whichever is first. By hand, because what `AbortSignal.any` hangs on a signal that lives as long as
 * the process stays there (Node 20).
 *
 * @param whileAllowed calls its argument when the permission is taken away, until what it answers with is called
 */
export function goneSignal(
  res: ServerResponse,
  closing: AbortSignal,
  whileAllowed: (end: () => void) => () => void,
): AbortSignal {
  const gone = new AbortController();
  let disallow = (): void => undefined;
  const leave = (): void => {
    closing.removeEventListener('abort', leave);
    disallow();
    gone.abort();
  };
  if (closing.aborted || res.closed) leave();
  else {
    closing.addEventListener('abort', leave);
    res.once('close', leave);
    disallow = whileAllowed(leave);
  }
  return gone.signal;
}
