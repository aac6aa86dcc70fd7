import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** An instance of streams: `/streams/events`, `/streams/down?bytes=`, `/streams/up`, and an echo for whoever switches protocols. */
export interface StreamInstance {
  readonly url: string;
  /** Sends an event to everybody who listens. */
  emit(text: string): void;
  /** Streams that stand: listeners, and connections that have switched. */
  counts(): { readonly listeners: number; readonly switched: number };
  stop(): Promise<void>;
}

const CHUNK = Buffer.alloc(64 * 1024, 'rollcall');

export async function startStreamInstance(): Promise<StreamInstance> {
  const listeners = new Set<ServerResponse>();
  const switched = new Set<Duplex>();
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://instance');
    if (pathname === '/streams/events') {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      listeners.add(res);
      res.once('close', () => listeners.delete(res));
    } else if (pathname === '/streams/down') {
      const bytes = Number(searchParams.get('bytes'));
      res.writeHead(200, { 'Content-Length': bytes });
      pour(res, bytes);
    } else {
      let bytes = 0;
      req.on('data', (chunk: Buffer) => (bytes += chunk.length));
      req.once('end', () => res.end(String(bytes)));
    }
  });
  server.on('upgrade', (_req, socket) => {
    switched.add(socket);
    socket.once('close', () => switched.delete(socket)).on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emit(text) {
      for (const listener of listeners) listener.write(`data: ${text}\n\n`);
    },
    counts: () => ({ listeners: listeners.size, switched: switched.size }),
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of switched) socket.destroy();
      return closed;
    },
  };
}

/** Writes so many bytes at the reader's pace. */
export function pour(writable: NodeJS.WritableStream, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const chunk = left >= CHUNK.length ? CHUNK : CHUNK.subarray(0, left);
      left -= chunk.length;
      if (!writable.write(chunk)) return void writable.once('drain', more);
    }
    writable.end();
  };
  more();
}
