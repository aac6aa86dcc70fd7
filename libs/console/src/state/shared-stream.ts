import { framesOf, type Frame } from './frame';
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
  let stop: (() => void) | undefined = open(token, reader);
  let hidden: ReturnType<typeof setTimeout> | undefined;

  function leave(): void {
    clearTimeout(hidden);
    stop?.();
    stop = undefined;
  }
  const comeBack = () => {
    stop ??= open(token, reader);
  };
  const onVisibility = () => {
    clearTimeout(hidden);
    if (document.visibilityState === 'hidden') hidden = setTimeout(leave, HIDDEN_MS);
    else comeBack();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', leave);
  // The browser may have kept the page for its Back button.
  addEventListener('pageshow', comeBack);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('pagehide', leave);
    removeEventListener('pageshow', comeBack);
    leave();
  };
}

/** Starts the worker before it is known whether there is anything to follow: it takes as long to start as to find that out. */
export function prepareSharedStream(): void {
  startSharedWorker('stream-worker');
}

function open(token: string | undefined, reader: StreamReader): () => void {
  const worker = startSharedWorker('stream-worker');
  if (worker === undefined) return openAlone(token, reader);
  let alone: (() => void) | undefined;
  let isOpen = true;
  const shared = openShared(worker, token, reader);
  // Its script is gone with an earlier version of the registry, or the browser does not let it run.
  worker.onerror = () => {
    if (!isOpen || alone !== undefined) return;
    shared();
    alone = openAlone(token, reader);
  };
  return () => {
    isOpen = false;
    (alone ?? shared)();
  };
}

function openAlone(token: string | undefined, reader: StreamReader): () => void {
  const connection = openLiveConnection({ token, onFrames: reader.onFrames });
  reader.onPicture(connection.current());
  return connection.close;
}

function openShared(worker: SharedWorker, token: string | undefined, reader: StreamReader): () => void {
  const { port } = worker;
  const say = (message: ToStream) => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<FromStream>) => {
    switch (data.type) {
      case 'picture':
        reader.onPicture(data.picture);
        break;
      case 'events':
        reader.onFrames(framesOf(data.events));
        break;
      case 'frames':
        reader.onFrames(data.frames);
        break;
    }
  };
  say({ type: 'follow', token });
  const here = setInterval(() => say({ type: 'here' }), HERE_EVERY_MS);
  return () => {
    clearInterval(here);
    say({ type: 'leave' });
    port.close();
  };
}
