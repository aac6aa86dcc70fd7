import { createServer, type AddressInfo, type Socket } from 'node:net';
import { FLAG, frame, FRAME, PREFACE, readFrames, settings, type Frame } from './raw-frames';

export interface RawH2cUpstream {
  readonly url: string;
  /** Connections that are open. */
  readonly open: ReadonlySet<Socket>;
  /** Connections that were ever opened. */
  readonly opened: () => number;
  readonly frames: readonly Frame[];
  stop(): Promise<void>;
}

export interface RawH2cOptions {
  /** What it says first; SETTINGS without any setting when absent. */
  readonly first?: Buffer;
  /** A frame has come. */
  readonly onFrame?: (frame: Frame, socket: Socket) => void;
}

/** An instance that says exactly the frames that a spec gives it. It acknowledges SETTINGS and PINGs. */
export async function startRawH2cUpstream({
  first = settings(),
  onFrame,
}: RawH2cOptions): Promise<RawH2cUpstream> {
  const open = new Set<Socket>();
  const frames: Frame[] = [];
  let opened = 0;
  const server = createServer((socket) => {
    opened += 1;
    open.add(socket);
    let bytes = Buffer.alloc(0);
    let hasPreface = false;
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
    if (first.length > 0) socket.write(first);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!hasPreface && bytes.length < PREFACE.length) return;
      if (!hasPreface) bytes = bytes.subarray(PREFACE.length);
      hasPreface = true;
      const read = readFrames(bytes);
      bytes = bytes.subarray(read.taken);
      for (const one of read.frames) {
        frames.push(one);
        const isAsked = (one.flags & FLAG.ack) === 0;
        if (first.length > 0 && one.type === FRAME.settings && isAsked)
          socket.write(frame(FRAME.settings, FLAG.ack, 0));
        if (one.type === FRAME.ping && isAsked) socket.write(frame(FRAME.ping, FLAG.ack, 0, one.payload));
        onFrame?.(one, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    opened: () => opened,
    frames,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
