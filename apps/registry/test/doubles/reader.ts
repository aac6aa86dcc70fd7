import type { EventSink } from '../../src/watch/event-sink';

/** A reader with a buffer of so many characters: beyond it writes answer `false` until it reads. */
export interface Reader {
  readonly sink: EventSink;
  /** What was written and not read yet. */
  readonly waiting: number;
  readonly state: 'open' | 'ended' | 'cut';
  /** Takes everything that waits, and says so to the writer. */
  read(): string;
  close(): void;
}

export function createReader({ buffer }: { buffer: number }): Reader {
  const drainListeners: (() => void)[] = [];
  const closeListeners: (() => void)[] = [];
  let waiting = '';
  let state: Reader['state'] = 'open';

  const finish = (as: 'ended' | 'cut'): void => {
    if (state !== 'open') return;
    state = as;
    for (const listener of closeListeners) listener();
  };

  return {
    sink: {
      write(text) {
        if (state !== 'open') throw new Error(`written to a stream that was ${state}`);
        if (waiting.length >= buffer) throw new Error('written before the reader was ready');
        waiting += text;
        return waiting.length < buffer;
      },
      get waiting() {
        return waiting.length;
      },
      onDrain: (listener) => void drainListeners.push(listener),
      onClose: (listener) => void closeListeners.push(listener),
      end: () => finish('ended'),
      cut: () => finish('cut'),
    },
    get waiting() {
      return waiting.length;
    },
    get state() {
      return state;
    },
    read() {
      const text = waiting;
      const wasFull = waiting.length >= buffer;
      waiting = '';
      if (wasFull) for (const listener of drainListeners) listener();
      return text;
    },
    close: () => finish('cut'),
  };
}
