import { pipeline, type Duplex } from 'node:stream';
import { fitFraming } from '../headers/framing-fields';
import type { HeaderList } from '../headers/header-list';
import { passResponseHeaders } from '../headers/response-passes';
import type { Caller } from '../ports/caller';
import type { ResponseHead } from '../ports/transport';
import { createWebSocketFarewell } from './websocket-farewell';

/**
 * Connections that leave HTTP for another protocol (WebSocket): bytes go both ways until one side ends it. Node's server
 * knows nothing of them any more, and would wait for them for ever when it is closed.
 */
export interface Tunnels {
  /** A caller wants to switch. Its connection ends with `closeAll`, whatever has become of it. */
  admit(socket: Duplex): void;
  /** Tells the caller that the instance has switched, and joins the two. */
  open(caller: Caller, head: ResponseHead, upstream: Duplex): void;
  readonly count: number;
  /**
   * Ends them all: WebSockets get a Close frame (1001, RFC 6455 §7.4.1) and have so many milliseconds to answer it; other
   * protocols are cut at once, and so is every connection that is admitted later.
   */
  closeAll(graceMs: number): void;
}

/** How long an instance may go on sending to a caller that has closed its half of the connection, milliseconds. */
const HALF_CLOSED_MS = 10_000;

export function createTunnels(): Tunnels {
  const sockets = new Set<Duplex>();
  const farewells = new Map<Duplex, () => void>();
  let open = 0;
  let closing = false;

  return {
    admit(socket) {
      if (closing) {
        socket.destroy();
        return;
      }
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
    open(caller, head, upstream) {
      const agreed = head.headers.get('upgrade');
      const switched = caller.switchProtocols(
        head.statusText,
        passedFields(caller, head),
        agreed ?? caller.upgrade ?? '',
      );
      if (switched === undefined) {
        upstream.destroy();
        return;
      }
      const { stream: socket, early } = switched;
      upstream.write(early);
      open += 1;
      const closed = (): void => {
        socket.destroy();
        farewells.delete(socket);
        open -= 1;
      };
      // Two pipelines and a server listen to it for its end, which is not the leak that Node takes it for.
      socket.setMaxListeners(20);
      // pipeline() ends and destroys both together, and listens to their errors.
      pipeline(socket, upstream, (error) => (error ? upstream.destroy() : endHalfClosed(upstream)));
      if (agreed?.toLowerCase() !== 'websocket') return void pipeline(upstream, socket, closed);
      const farewell = createWebSocketFarewell();
      farewells.set(socket, () => farewell.say());
      pipeline(upstream, farewell.stream, socket, closed);
    },
    get count() {
      return open;
    },
    closeAll(graceMs) {
      closing = true;
      for (const socket of sockets) {
        const sayFarewell = farewells.get(socket);
        if (sayFarewell === undefined) socket.destroy();
        else sayFarewell();
      }
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      grace.unref();
    },
  };
}

/** A caller who closes its half may still listen; one that was killed looks the same, so not for ever. */
function endHalfClosed(upstream: Duplex): void {
  const timer = setTimeout(() => upstream.destroy(), HALF_CLOSED_MS).unref();
  upstream.once('close', () => clearTimeout(timer));
}

/** The fields that the caller gets, without those that belong to one hop. */
function passedFields({ facts, method }: Caller, head: ResponseHead): HeaderList {
  const headers = head.headers.copy();
  passResponseHeaders(headers, facts, head.httpVersion);
  fitFraming(headers, { status: head.status, method, httpVersion: facts.httpVersion });
  return headers;
}
