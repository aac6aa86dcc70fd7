import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Pipelines } from './pipelines';

/** Protocol upgrades that an app accepts (RFC 9110 §7.8). */
export interface Upgrades {
  /** Whether the app accepts this offer. Any other is ignored, and its request is served as usual. */
  takes(req: IncomingMessage): boolean;
  /**
   * Hands the connection to the app; Node's server does not use it any more. The body has not been read: `head` is what
   * was received behind the header fields, and the rest is still to be read from the socket.
   */
  handle(req: IncomingMessage, socket: Socket, head: Buffer): void;
}

export interface UpgradeOffersOptions {
  readonly pipelines: Pick<Pipelines, 'current' | 'afterAll'>;
  readonly upgrades?: Upgrades | undefined;
  /** Makes the server read requests from a connection as if it were new. */
  readonly serve: (socket: Socket) => void;
}

export interface UpgradeOffers {
  /** For `upgrade`. */
  readonly onUpgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Closes the connections whose offer waits for the response to an earlier request. */
  cut(): void;
}

/**
 * Offers to switch protocols (`Upgrade`). Node stops parsing a connection as HTTP at each of them (and where it does not,
 * it loses what arrived in the same packet behind the request). A server may ignore an offer, and clients make it with
 * every request (Java's HttpClient, Apache HttpClient, `curl --http2`): a request whose offer is ignored is given back to
 * the server without it, together with all bytes behind it.
 */
export function createUpgradeOffers({ pipelines, upgrades, serve }: UpgradeOffersOptions): UpgradeOffers {
  const waiting = new Set<Socket>();

  function onItsTurn(req: IncomingMessage, socket: Socket, head: Buffer): void {
    if (upgrades?.takes(req) === true) return upgrades.handle(req, socket, head);
    // The keep-alive time-out.
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
      if (pipelines.current(socket) === undefined) return onItsTurn(req, socket, head);
      // Node has removed its listeners, which the responses in progress still need.
      const onDrain = (): unknown => pipelines.current(socket)?.emit('drain');
      const onError = (): unknown => socket.destroy();
      const onClose = (): unknown => waiting.delete(socket);
      waiting.add(socket);
      socket.on('drain', onDrain).on('error', onError).on('close', onClose);
      pipelines.afterAll(socket, () => {
        waiting.delete(socket);
        socket.off('drain', onDrain).off('error', onError).off('close', onClose);
        onItsTurn(req, socket, head);
      });
    },
    cut() {
      for (const socket of waiting) socket.destroy();
    },
  };
}

/** The head of a request as received, without `Upgrade`. */
function withoutOffer({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): string {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') text += `${name}: ${rawHeaders[index + 1] ?? ''}\r\n`;
  }
  return `${text}\r\n`;
}
