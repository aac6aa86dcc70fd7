import type { Writable } from 'node:stream';

/**
 * A stream that log lines go to. Whoever reads it may go away (`| head`, a collector that restarts), the disk may be
 * full, and a reader may stand still: none of it ends or stops the process. What could not be written is counted.
 */
export interface LogOutput {
  /** Never throws and never waits. */
  write(line: string): void;
  /** Lines that could not be written since the process began. */
  readonly lostLines: number;
  /** How many were lost and not told of yet; 0 for as long as the output does not take lines again. */
  takeLost(): number;
}

/**
 * Bytes that wait for a reader that stands still. Too low: a reader that pauses for a moment costs lines. Too high:
 * that much memory, in each process.
 */
const MAX_WAITING_BYTES = 1024 * 1024;

const outputs = new WeakMap<Writable, LogOutput>();

/** One a stream, however many loggers write to it: what is lost is a fact of the stream. */
export function logOutputTo(stream: Writable): LogOutput {
  const output = outputs.get(stream) ?? createLogOutput(stream);
  outputs.set(stream, output);
  return output;
}

export function createLogOutput(stream: Writable, maxWaitingBytes = MAX_WAITING_BYTES): LogOutput {
  let lostLines = 0;
  let untold = 0;
  /** Whether the last write that has come to an end failed. */
  let isBroken = false;
  let isFull = false;

  ignoreErrors(stream);

  function lose(): void {
    lostLines += 1;
    untold += 1;
  }

  function settled(error: Error | null | undefined): void {
    isBroken = Boolean(error);
    if (error) lose();
  }

  return {
    write(line) {
      const { writableLength } = stream;
      // Half of it has to be read before it takes lines again, or it would be full and empty by turns.
      isFull = isFull ? writableLength > maxWaitingBytes / 2 : writableLength > maxWaitingBytes;
      if (isFull) lose();
      else stream.write(line, settled);
    },
    get lostLines() {
      return lostLines;
    },
    takeLost() {
      const lost = isBroken || isFull ? 0 : untold;
      untold -= lost;
      return lost;
    },
  };
}

const ERRORS_IGNORED = Symbol.for('rollcall.log-output.errors-ignored');

/**
 * Unheard, the error of a closed pipe (EPIPE, EIO, ENOSPC) would end the process. The stream itself is marked: it
 * outlives a copy of this module where each set of specs loads its own, and would get a listener from every one.
 */
function ignoreErrors(stream: Writable): void {
  if (ERRORS_IGNORED in stream) return;
  Object.defineProperty(stream, ERRORS_IGNORED, { value: true });
  stream.on('error', () => undefined);
}
