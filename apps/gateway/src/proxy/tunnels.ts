import { pipeline, type Duplex } from 'node:stream';
import { fitFraming } from '../headers/framing-fields';
import { headText } from '../headers/head-text';
import { headerListOf } from '../headers/header-list';
import { passResponseHeaders } from '../headers/response-passes';
import type { ResponseHead } from '../ports/transport';
import type { Exchange } from './exchange';
import { createWebSocketFarewell } from './websocket-farewell';

/**
 * Connections that leave HTTP for another protocol (WebSocket): bytes go both ways until one side ends it. Node's server
 * knows nothing of them any more, and would wait for them for ever when it is closed.
 */
export interface Tunnels {
  /** A caller wants to switch. Its connection ends with `closeAll`, whatever has become of it. */
  admit(socket: Duplex): void;
  /** Tells the caller that the instance has switched, and joins the two. */
  open(exchange: Exchange, head: ResponseHead, upstream: Duplex): void;
  readonly count: number;
  /**
   * Ends them all: WebSockets are told (1001, RFC 6455 §7.4.1) and have so many milliseconds to say goodbye to their
   * instance, what nobody here knows the language of is cut at once. So is whoever comes later.
   */
  closeAll(graceMs: number): void;
}

/** How long an instance may go on speaking to a caller who has said all it had to say, milliseconds. */
const LAST_WORDS_MS = 10_000;

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
    open(exchange, head, upstream) {
      const { upgrade } = exchange;
      if (upgrade === undefined || exchange.aborted || upgrade.socket.destroyed) {
        upstream.destroy();
        return;
      }
      const { socket } = upgrade;
      exchange.switched = true;
      upstream.write(upgrade.takeOver());
      socket.write(switchingHead(exchange, head, upgrade.protocol), 'latin1');
      open += 1;
      const closed = (): void => {
        socket.destroy();
        farewells.delete(socket);
        open -= 1;
      };
      // Two pipelines and a server listen to it for its end, which is not the leak that Node takes it for.
      socket.setMaxListeners(20);
      // pipeline() ends and destroys both together, and listens to their errors.
      pipeline(socket, upstream, (error) => (error ? upstream.destroy() : awaitLastWords(upstream)));
      if (!isWebSocket(head)) return void pipeline(upstream, socket, closed);
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
function awaitLastWords(upstream: Duplex): void {
  const timer = setTimeout(() => upstream.destroy(), LAST_WORDS_MS).unref();
  upstream.once('close', () => clearTimeout(timer));
}

function isWebSocket(head: ResponseHead): boolean {
  return headerListOf(head.headers).get('upgrade')?.toLowerCase() === 'websocket';
}

function switchingHead({ facts, method }: Exchange, head: ResponseHead, protocol: string): string {
  const headers = headerListOf(head.headers);
  const agreed = headers.get('upgrade') ?? protocol;
  passResponseHeaders(headers, facts);
  fitFraming(headers, { status: head.status, method, httpVersion: facts.httpVersion });
  // The pass above takes them off, as they belong to one hop; this is the next one.
  headers.append('Connection', 'Upgrade');
  headers.append('Upgrade', agreed);
  return headText(head.status, head.statusText, headers);
}
