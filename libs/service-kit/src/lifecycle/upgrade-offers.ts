import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Turns } from './turns';

/** An app that takes offers to switch protocols (RFC 9110 §7.8). */
export interface Upgrades {
  /** Whether this offer is one for the app. Every other one is ignored, and its request served like any. */
  takes(req: IncomingMessage): boolean;
  /**
   * The connection is the app's from now on, and Node's server knows nothing of it any more. The request has no body
   * yet: `head` is what came behind its fields, and the rest is still to be read from the socket.
   */
  handle(req: IncomingMessage, socket: Socket, head: Buffer): void;
}

export interface UpgradeOffersOptions {
  readonly turns: Pick<Turns, 'current' | 'afterAll'>;
  readonly upgrades?: Upgrades | undefined;
  /** Has the server read requests from a connection, as if it had just been made. */
  readonly serve: (socket: Socket) => void;
}

export interface UpgradeOffers {
  /** For `upgrade`. */
  readonly onUpgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Cuts the connections whose offer waits for an answer to an earlier request. */
  cut(): void;
}

/**
 * Offers to switch protocols. Node stops reading a connection as HTTP at each of them (and where it does not, it loses
 * what came in the same packet behind the request). One that nobody takes is only an offer: Java's HttpClient and
 * `curl --http2` make it with every request, Apache's HttpClient too. So its request is given back to the server
 * without the offer, with everything that came behind it.
 */
export function createUpgradeOffers({ turns, upgrades, serve }: UpgradeOffersOptions): UpgradeOffers {
  const waiting = new Set<Socket>();

  function onTurn(req: IncomingMessage, socket: Socket, head: Buffer): void {
    if (upgrades?.takes(req) === true) return upgrades.handle(req, socket, head);
    // Of the time between two requests.
    socket.setTimeout(0);
    socket.unshift(Buffer.concat([Buffer.from(withoutOffer(req), 'latin1'), head]));
    serve(socket);
  }

  return {
    onUpgrade(req, socket, head) {
      if (!(socket instanceof Socket)) {
        socket.destroy();
        return;
      }
      if (turns.current(socket) === undefined) return onTurn(req, socket, head);
      // Node listens no longer for the answers that are still under way.
      const onDrain = (): unknown => turns.current(socket)?.emit('drain');
      const onError = (): unknown => socket.destroy();
      const onClose = (): unknown => waiting.delete(socket);
      waiting.add(socket);
      socket.on('drain', onDrain).on('error', onError).on('close', onClose);
      turns.afterAll(socket, () => {
        waiting.delete(socket);
        socket.off('drain', onDrain).off('error', onError).off('close', onClose);
        onTurn(req, socket, head);
      });
    },
    cut() {
      for (const socket of waiting) socket.destroy();
    },
  };
}

/** The head of a request as it came, but for `Upgrade`. */
function withoutOffer({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): string {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') text += `${name}: ${rawHeaders[index + 1] ?? ''}\r\n`;
  }
  return `${text}\r\n`;
}
