import type { Frame } from './frame';
import { openLiveConnection } from './live-connection';
import type { LivePicture } from './live-picture';
import { HERE_EVERY_MS, type FromStream, type ToStream } from './stream-port';
import { startSharedWorker } from './worker-files';

/** A hidden tab keeps its part of the stream so long, in case somebody comes back. */
const HIDDEN_MS = 30_000;

export interface StreamReader {
  /** Everything that is known, at the beginning and when a hidden tab comes back. */
  readonly onPicture: (picture: LivePicture) => void;
  readonly onFrames: (frames: readonly Frame[]) => void;
}

/**
 * Follows the live stream, over one connection for all tabs of this browser; over its own where a browser has no
 * SharedWorker. A tab that is hidden for 30 s lets go of it.
 */
export function followSharedStream(token: string | undefined, reader: StreamReader): () => void {
  let stop = open(token, reader);
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let isOpen = true;

  const onVisibility = () => {
    clearTimeout(hidden);
    if (document.visibilityState === 'hidden') {
      hidden = setTimeout(() => {
        stop();
        isOpen = false;
      }, HIDDEN_MS);
    } else if (!isOpen) {
      stop = open(token, reader);
      isOpen = true;
    }
  };
  const onLeave = () => stop();
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', onLeave);
  return () => {
    clearTimeout(hidden);
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('pagehide', onLeave);
    stop();
  };
}

function open(token: string | undefined, reader: StreamReader): () => void {
  const worker = startSharedWorker('stream-worker');
  if (worker === undefined) {
    const connection = openLiveConnection({ token, onFrames: reader.onFrames });
    reader.onPicture(connection.current());
    return connection.close;
  }
  const { port } = worker;
  const say = (message: ToStream) => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<FromStream>) => {
    if (data.type === 'picture') reader.onPicture(data.picture);
    else reader.onFrames(data.frames);
  };
  say({ type: 'follow', token });
  const here = setInterval(() => say({ type: 'here' }), HERE_EVERY_MS);
  return () => {
    clearInterval(here);
    say({ type: 'leave' });
    port.close();
  };
}
