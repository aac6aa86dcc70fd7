import { createEventStreamParser, type StreamEvent } from './event-stream';
import { framesOf, type Frame } from './frame';
import { createLivePicture, type LivePicture } from './live-picture';

/** The registry says something every two seconds: after so long without a word the connection is dead. */
const SILENCE_MS = 8000;
const SHORTEST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5000;

export interface LiveConnection {
  /** What is known; for who comes later. */
  readonly current: () => LivePicture;
  readonly close: () => void;
}

/** Follows `GET /live` until it is closed: opens the stream again whenever it ends, and goes on where it was. */
export function openLiveConnection(options: {
  readonly token: string | undefined;
  /** `events`: the same, as the registry sent them; absent when it says how the connection fares. */
  readonly onFrames: (frames: readonly Frame[], events?: readonly StreamEvent[]) => void;
}): LiveConnection {
  const { token, onFrames } = options;
  const closing = new AbortController();
  const picture = createLivePicture();
  let lastEventId: string | undefined;
  let failures = 0;

  function tell(frames: readonly Frame[], events?: readonly StreamEvent[]): void {
    if (picture.apply(frames) === 'gap') {
      lastEventId = undefined;
      throw new Error('a change is missing');
    }
    onFrames(frames, events);
  }

  async function followOnce(signal: AbortSignal, heard: () => void): Promise<'again' | 'over'> {
    const response = await fetch('/live?services=*', {
      headers: {
        accept: 'text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      cache: 'no-store',
      signal,
    });
    if (response.status === 401 || response.status === 403) {
      const fault =
        response.status === 401 ? 'The registry does not know this token.' : 'This token may not read.';
      tell([{ type: 'connection', data: { status: 'refused', code: response.status, fault } }]);
      return 'over';
    }
    if (!response.ok || response.body === null)
      throw new Error(
        response.status === 429
          ? 'The registry takes no more live streams (MAX_LIVE).'
          : `The registry answers ${response.status}.`,
      );
    await readFrames(response.body, heard);
    return 'again';
  }

  async function readFrames(body: ReadableStream<Uint8Array>, heard: () => void): Promise<void> {
    const parser = createEventStreamParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    tell([{ type: 'connection', data: { status: 'live' } }]);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      failures = 0;
      heard();
      const events = parser.push(decoder.decode(value, { stream: true }));
      for (const { type, id } of events) {
        if (type === 'hello') lastEventId = undefined;
        if (id !== undefined) lastEventId = id;
      }
      const frames = framesOf(events);
      if (frames.length > 0) tell(frames, events);
    }
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      const attempt = new AbortController();
      const abort = () => attempt.abort();
      closing.signal.addEventListener('abort', abort, { once: true });
      let silence = setTimeout(abort, SILENCE_MS);
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(abort, SILENCE_MS);
      };
      let fault = 'The registry ended the stream.';
      try {
        if ((await followOnce(attempt.signal, heard)) === 'over') return;
      } catch (error) {
        fault = attempt.signal.aborted
          ? `The registry has said nothing for ${SILENCE_MS / 1000} s.`
          : error instanceof TypeError
            ? 'The registry does not answer.'
            : String(error instanceof Error ? error.message : error);
      } finally {
        clearTimeout(silence);
        closing.signal.removeEventListener('abort', abort);
        attempt.abort();
      }
      if (closing.signal.aborted) return;
      failures += 1;
      tell([{ type: 'connection', data: { status: 'lost', fault } }]);
      await pause(Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2));
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      closing.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  void follow();
  return { current: picture.current, close: () => closing.abort() };
}
