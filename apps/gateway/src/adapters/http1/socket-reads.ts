import type { OnReadOpts, Socket } from 'node:net';
import type { ResponseReceiver } from '../../ports/transport';
import { BULK_READ_BYTES, READ_BYTES, type ReadBuffer, type ReadBuffers } from './read-buffers';

/** Bytes that cost less copied into memory of their own than kept in a buffer of the pool. */
const SMALL = 4096;

const NOTHING = (): void => undefined;

/** @returns whether more of the same body is to be read at once */
export type OnBytes = (bytes: Buffer) => boolean;

/**
 * The reads of one connection. It reads into the buffer that all share; once a read fills it in the middle of a body,
 * into large buffers of its own, until a read is short again, the caller pauses, or the body ends. So a connection that
 * is idle holds no memory, and only long bodies are handed on without a copy.
 */
export class SocketReads {
  readonly #buffers: ReadBuffers;
  readonly #onBytes: OnBytes;
  /** What the system reads into. */
  #target: Buffer;
  /** The buffer of its own, while `#target` is one. */
  #own: ReadBuffer | undefined;
  /** A copy of what the shared buffer has of the read under way. */
  #copy: ReadBuffer | undefined;
  #length = 0;
  #isBulk = false;
  /** The socket's stream, once another protocol has it. */
  #stream: Socket | undefined;

  constructor(buffers: ReadBuffers, onBytes: OnBytes) {
    this.#buffers = buffers;
    this.#onBytes = onBytes;
    this.#target = buffers.shared;
  }

  /** For `net.connect`: has the socket read into our buffers. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#nextTarget(),
    callback: (length) => this.#read(length),
  };

  /** For sockets without `onread`: each piece has memory of its own. */
  readonly onData = (chunk: Buffer): void => {
    this.#length = 0;
    this.#onBytes(chunk);
  };

  /** Hands on a piece of what is being read, as long as the receiver needs it. @returns what the receiver says */
  lend(chunk: Buffer, receiver: Pick<ResponseReceiver, 'data'>): boolean {
    if (this.#length === 0) return receiver.data(chunk, NOTHING);
    if (this.#own !== undefined) return receiver.data(chunk, this.#own.lend());
    const copy = chunk.length <= SMALL ? undefined : this.#copyOfRead(chunk.byteOffset);
    if (copy === undefined) return receiver.data(Buffer.from(chunk), NOTHING);
    const from = chunk.byteOffset;
    return receiver.data(copy.bytes.subarray(from, from + chunk.length), copy.lend());
  }

  /** From now on all bytes go into the socket's stream, as they do without `onread`. @param rest those read already */
  handOver(socket: Socket, rest: Buffer): void {
    // Two pipelines and we listen for its end, which is not the leak that Node takes it for.
    socket.off('data', this.onData).setMaxListeners(20).pause();
    this.#stream = socket;
    if (rest.length > 0) socket.unshift(Buffer.from(rest));
  }

  /** The socket is closed. */
  close(): void {
    this.#isBulk = false;
    this.#nextTarget();
  }

  #read(length: number): boolean {
    const bytes = this.#target.subarray(0, length);
    // Node stops reading on `false`, until the stream is read.
    if (this.#stream !== undefined) return this.#stream.push(Buffer.from(bytes));
    this.#length = length;
    const goesOn = this.#onBytes(bytes);
    this.#isBulk = goesOn && length >= READ_BYTES;
    this.#copy?.leave();
    this.#copy = undefined;
    return true;
  }

  /** Node asks for it before the first read and behind each. */
  #nextTarget(): Buffer {
    if (this.#isBulk && this.#own?.isLent === false) return this.#target;
    this.#own?.leave();
    this.#own = this.#isBulk ? this.#buffers.take(BULK_READ_BYTES) : undefined;
    this.#target = this.#own?.bytes ?? this.#buffers.shared;
    return this.#target;
  }

  /** One for all pieces of a read; at the same places, of which those before `from` are left out. */
  #copyOfRead(from: number): ReadBuffer | undefined {
    if (this.#copy !== undefined) return this.#copy;
    this.#copy = this.#buffers.take(READ_BYTES);
    if (this.#copy !== undefined) this.#buffers.shared.copy(this.#copy.bytes, from, from, this.#length);
    return this.#copy;
  }
}
