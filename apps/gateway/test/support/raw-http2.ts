import { connect } from 'node:net';
import { eventually } from '@rollcall/testing';
import { FLAG, FRAME, frame, hpack, PREFACE, readFrames, settings, type Frame } from './raw-frames';

/** A caller of HTTP/2 that sends what a spec gives it, frame by frame, and answers nothing but PING. */
export interface RawHttp2 {
  send(...frames: readonly Buffer[]): void;
  /** Everything that has come so far. */
  readonly frames: readonly Frame[];
  /** The first frame of this kind, as soon as it has come. */
  next(type: number, stream?: number): Promise<Frame>;
  /** What came before the frames of a server that speaks HTTP/1.1 after all. */
  readonly text: string;
  /** The other end has closed the connection. */
  readonly closed: boolean;
  leave(): void;
  /** Breaks the connection (TCP reset). */
  reset(): void;
}

/** @param opening what is sent first */
export function openRawHttp2(port: number, opening: Buffer = beginning()): RawHttp2 {
  const socket = connect({ port, host: '127.0.0.1' });
  const frames: Frame[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  let closed = false;
  // How it ends is what a spec looks at.
  socket.on('error', () => undefined);
  socket.on('end', () => (closed = true)).on('close', () => (closed = true));
  socket.on('data', (chunk: Buffer) => {
    const read = readFrames(Buffer.concat([bytes, chunk]));
    bytes = Buffer.concat([bytes, chunk]).subarray(read.taken);
    for (const one of read.frames) {
      frames.push(one);
      if (one.type === FRAME.ping && one.flags === 0)
        socket.write(frame(FRAME.ping, FLAG.ack, 0, one.payload));
    }
  });
  socket.write(opening);
  return {
    send: (...given) => void socket.write(Buffer.concat(given)),
    frames,
    next: (type, stream) =>
      eventually(() => frames.find((one) => one.type === type && (stream ?? one.stream) === one.stream)),
    get text() {
      return bytes.toString('latin1');
    },
    get closed() {
      return closed;
    },
    leave: () => void socket.destroy(),
    reset: () => void socket.resetAndDestroy(),
  };
}

/** The preface and the first SETTINGS. @param given identifier, value, identifier, value … */
export function beginning(...given: number[]): Buffer {
  return Buffer.concat([Buffer.from(PREFACE, 'latin1'), settings(...given)]);
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** Behind the pseudo fields. */
  readonly fields?: readonly string[];
  /** The body, or more frames of the head, come in frames of their own. */
  readonly flags?: number;
}

/** HEADERS of a request, by default of one without a body. */
export function requestFrame(stream: number, given: RawRequest = {}): Buffer {
  const { method = 'GET', path = '/p/it', fields = [], flags = FLAG.endHeaders | FLAG.endStream } = given;
  const pseudo = [':method', method, ':scheme', 'http', ':authority', 'shop.example', ':path', path];
  return frame(FRAME.headers, flags, stream, hpack(...pseudo, ...fields));
}
