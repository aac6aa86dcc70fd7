import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A door before a server that can be shut in several ways. */
export interface TcpRelay {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Connections taken so far. */
  readonly connections: number;
  /** Resets every connection as soon as this many bytes of the server's have passed it; `undefined` ends that. */
  cutAfter(bytes: number | undefined): void;
  /** Connections stay, and nothing passes in either direction, until `pass`. New ones are taken. */
  hold(): void;
  pass(): void;
  /** New connections go to that server; those that stand stay where they are. */
  leadTo(targetUrl: string): void;
  close(): Promise<void>;
}

/** @param targetUrl `http://host:port` of the server */
export async function startTcpRelay(targetUrl: string): Promise<TcpRelay> {
  let destination = new URL(targetUrl);
  const open = new Set<Socket>();
  let connections = 0;
  let limit: number | undefined;
  let isHeld = false;

  const server = createServer((caller) => {
    connections += 1;
    const target = connect(Number(destination.port), destination.hostname);
    let passed = 0;
    for (const [from, to] of [
      [caller, target],
      [target, caller],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => {
        if (from === target) passed += bytes.length;
        if (limit !== undefined && passed > limit) return cut();
        to.write(bytes);
      });
      from.on('error', cut);
      from.once('close', () => {
        open.delete(from);
        to.destroy();
      });
      if (isHeld) from.pause();
    }
    function cut(): void {
      caller.resetAndDestroy();
      target.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Only a server on a pipe has another kind of address.
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    cutAfter(bytes) {
      limit = bytes;
    },
    hold() {
      isHeld = true;
      for (const socket of open) socket.pause();
    },
    pass() {
      isHeld = false;
      for (const socket of open) socket.resume();
    },
    leadTo(otherUrl) {
      destination = new URL(otherUrl);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}
