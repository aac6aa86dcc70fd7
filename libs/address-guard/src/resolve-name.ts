import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';

/**
 * Resolves a name to all of its addresses, as a connection would. Called for each name to be registered and for
 * each connection to a name. Rejects, as `dns.lookup` does, when the name does not resolve.
 */
export type ResolveName = (name: string, options: LookupOptions) => Promise<readonly LookupAddress[]>;

/**
 * The system's resolver, hosts file included. A DNS client of our own would get other answers than sockets do.
 */
export const resolveBySystem: ResolveName = (name, options) => lookup(name, { ...options, all: true });
