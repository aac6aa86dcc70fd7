import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Counter, type Registry } from 'prom-client';
import { partyAddress } from '../shares/party-address';
import type { Shares } from '../shares/shares';

/**
 * Gives each client address its fair share of a server's connections. A connection beyond it is closed unread, like one
 * beyond the server's own limit, so that the client can safely try elsewhere.
 */
export interface ConnectionLimit {
  attach(server: Server): void;
  /** Has to be called for each connection that the server rejected because of its own limit. */
  onRejected(): void;
}

export function createConnectionLimit(shares: Shares, registry: Registry): ConnectionLimit {
  const turnedAway = new Counter({
    name: 'rollcall_registry_connections_turned_away_total',
    help: 'Connections rejected unread: MAX_CONNECTIONS was reached, or the fair share of their address.',
    registers: [registry],
  });

  function take(socket: Socket): void {
    const holder = { address: partyAddress(socket.remoteAddress) };
    if (shares.verdict(holder) === 'free') socket.once('close', shares.take(holder));
    else {
      turnedAway.inc();
      socket.destroy();
    }
  }

  return {
    // Before any other listener reads from the connection.
    attach: (server) => void server.prependListener('connection', take),
    onRejected: () => turnedAway.inc(),
  };
}
