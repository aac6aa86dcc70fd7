/** Bytes of the buffer that all connections read into while nothing long is under way, and of a copy of it. */
export const READ_BYTES = 65_536;

/** Bytes that a connection reads at once while its reads are long. */
export const BULK_READ_BYTES = 262_144;

/**
 * Bytes of all buffers of a process, in use and free. Too low, and bodies are read in smaller pieces and copied while
 * many are under way; too high, and callers who read slowly make the process keep so much more.
 */
const MAX_BYTES = 32 * 1024 * 1024;

/** One buffer of the pool. It goes back when its reader and everybody whom it was lent to have released it. */
export class ReadBuffer {
  #loans = 0;
  #reading = true;

  constructor(
    readonly bytes: Buffer,
    readonly onFree: (buffer: ReadBuffer) => void,
  ) {}

  get isLent(): boolean {
    return this.#loans > 0;
  }

  /**
   * @returns to be called when the borrower no longer refers to it. Called twice it does nothing the second time: a
   *   buffer that is given back too early would show the bytes of one caller to another.
   */
  lend(): () => void {
    this.#loans += 1;
    let lent = true;
    return () => {
      if (!lent) return;
      lent = false;
      this.#loans -= 1;
      this.#giveBackIfFree();
    };
  }

  /** Nothing is read into it any more. To be called once. */
  leave(): void {
    this.#reading = false;
    this.#giveBackIfFree();
  }

  /** It is in use again. For the pool. */
  reuse(): this {
    this.#reading = true;
    return this;
  }

  #giveBackIfFree(): void {
    if (!this.#reading && this.#loans === 0) this.onFree(this);
  }
}

/**
 * The memory that answers are read into. Node allocates 64 KiB for every read of a socket and leaves them to the
 * collector, which costs more than reading does; these buffers are used again.
 */
export interface ReadBuffers {
  /**
   * What connections read into between long bodies, all of them the same: a read and the callback for it are one step.
   * What it holds is good until that callback returns, and is copied by whoever keeps it longer.
   */
  readonly shared: Buffer;
  /** @returns undefined when all of the pool's memory is in use */
  take(bytes: typeof READ_BYTES | typeof BULK_READ_BYTES): ReadBuffer | undefined;
  /** Bytes of the buffers that are read into or lent, and of those that wait for use. */
  counts(): { readonly usedBytes: number; readonly freeBytes: number };
}

export function createReadBuffers(maxBytes = MAX_BYTES): ReadBuffers {
  const free: Record<typeof READ_BYTES | typeof BULK_READ_BYTES, ReadBuffer[]> = {
    [READ_BYTES]: [],
    [BULK_READ_BYTES]: [],
  };
  let usedBytes = 0;
  let freeBytes = 0;

  function allocate(bytes: number, ofThisSize: ReadBuffer[]): ReadBuffer | undefined {
    if (usedBytes + bytes > maxBytes) return undefined;
    // Free buffers of the other size make room.
    const others = ofThisSize === free[READ_BYTES] ? free[BULK_READ_BYTES] : free[READ_BYTES];
    while (usedBytes + freeBytes + bytes > maxBytes) freeBytes -= others.pop()?.bytes.length ?? freeBytes;
    usedBytes += bytes;
    return new ReadBuffer(Buffer.allocUnsafeSlow(bytes), (buffer) => {
      usedBytes -= bytes;
      freeBytes += bytes;
      ofThisSize.push(buffer);
    });
  }

  return {
    shared: Buffer.allocUnsafeSlow(READ_BYTES),
    take(bytes) {
      const buffer = free[bytes].pop();
      if (buffer === undefined) return allocate(bytes, free[bytes]);
      usedBytes += bytes;
      freeBytes -= bytes;
      return buffer.reuse();
    },
    counts: () => ({ usedBytes, freeBytes }),
  };
}
