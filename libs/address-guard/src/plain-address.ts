const MAPPED = /^::ffff:\d+\.\d+\.\d+\.\d+$/i;

/** An address in the one spelling that it has: dual-stack sockets name IPv4 peers `::ffff:10.0.0.7` (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  return address.startsWith('::') && MAPPED.test(address) ? address.slice('::ffff:'.length) : address;
}
