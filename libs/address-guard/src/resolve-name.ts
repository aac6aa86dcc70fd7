import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';

/**
 * Every address of a name, as connecting to it would find them. Called for each name to be registered and for
 * each connection to a name. Rejects, as `dns.lookup` does, when the name does not resolve.
 */
export type ResolveName = (name: string, options: LookupOptions) => Promise<readonly LookupAddress[]>;

/**
 * The system's resolver, hosts file included. A DNS client of our own would hear other answers than the ones
 * that sockets connect to.
 */
export const resolveBySystem: ResolveName = (name, options) => lookup(name, { ...options, all: true });
