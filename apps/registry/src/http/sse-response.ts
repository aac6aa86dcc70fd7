import type { ServerResponse } from 'node:http';
import type { EventSink } from '../watch/event-sink';

const EVENT_STREAM = 'text/event-stream';

/** A response as a stream of server-sent events. */
export function openEventStream(res: ServerResponse): EventSink {
  res.writeHead(200, {
    'Content-Type': EVENT_STREAM,
    'Cache-Control': 'no-store',
    // A proxy in between must pass events on as they come (nginx).
    'X-Accel-Buffering': 'no',
  });
  // A reader who goes in the middle of a write is no fault, and `close` follows; unheard, it would end the process.
  res.on('error', () => undefined);
  endWithReader(res);
  const isOpen = (): boolean => !res.writableEnded && !res.destroyed;

  return {
    write: (text) => isOpen() && res.write(text),
    get waiting() {
      return res.writableLength;
    },
    onDrain: (listener) => void res.on('drain', listener),
    onClose: (listener) => void (res.closed ? queueMicrotask(listener) : res.once('close', listener)),
    end: () => {
      if (isOpen()) res.end();
    },
    cut: () => res.destroy(),
  };
}

/**
 * A stream has no end that a reader who has closed its half of the connection could wait for, and a session that ends
 * is how it is learned that a process was killed: so the grace period for half-closed callers does not apply here.
 */
function endWithReader(res: ServerResponse): void {
  const { socket } = res;
  if (socket?.readableEnded === true) res.destroy();
  else socket?.once('end', () => res.destroy());
}

/** What a HEAD is told of a stream. */
export function answerHeadOfStream(res: ServerResponse): undefined {
  res.writeHead(200, { 'Content-Type': EVENT_STREAM });
  res.end();
}
