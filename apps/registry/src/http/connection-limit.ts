import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Counter, type Registry } from 'prom-client';
import { partyAddress } from '../shares/party-address';
import type { Shares } from '../shares/shares';

/**
 * Divides a server's connections among the addresses that they come from. One that is too many is closed before a byte
 * of it is read, as one beyond the server's own limit is: it is safe to try elsewhere.
 */
export interface ConnectionLimit {
  attach(server: Server): void;
  /** To be told of each connection that the server itself has closed because there were too many. */
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
    if (shares.verdict(holder) === 'room') socket.once('close', shares.take(holder));
    else {
      turnedAway.inc();
      socket.destroy();
    }
  }

  return {
    // Before anybody else hears of it, and reads.
    attach: (server) => void server.prependListener('connection', take),
    onRejected: () => turnedAway.inc(),
  };
}
