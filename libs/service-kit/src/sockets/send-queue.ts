import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';

/** The addresses of a connection's both ends; `undefined` once it is closed. */
export interface SocketEnds {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** What the peers of our sockets have not taken yet of what was sent to them. */
export interface SendQueue {
  /**
   * Bytes that the system keeps for a socket until its peer has acknowledged them; `undefined` where it does not say.
   * Of this moment or one shortly before. Never rejects.
   */
  unacknowledged(socket: SocketEnds): Promise<number | undefined>;
}

/** One reading answers everybody who asks within so many milliseconds: with many connections it costs some. */
const READING_AGE_MS = 100;

const TABLES = { 4: '/proc/net/tcp', 6: '/proc/net/tcp6' } as const;
type Family = keyof typeof TABLES;

/**
 * The send queue as Linux lists it in `/proc/net/tcp`. Node has no other way to it: `drain` comes only when a third of
 * the system's buffer is free, which may be more than a megabyte, and until then a peer that reads slowly looks like
 * one that does not read at all.
 */
export function createSendQueue(now: () => number): SendQueue {
  const readings = new Map<Family, { readonly at: number; readonly text: Promise<string> }>();

  function read(family: Family): Promise<string> {
    const known = readings.get(family);
    if (known !== undefined && now() - known.at < READING_AGE_MS) return known.text;
    const text = readFile(TABLES[family], 'latin1').catch(() => '');
    readings.set(family, { at: now(), text });
    // Nobody needs it afterwards, and with ten thousand connections it is 1.5 MB.
    setTimeout(() => readings.delete(family), READING_AGE_MS).unref();
    return text;
  }

  return {
    async unacknowledged({ localAddress, localPort, remoteAddress, remotePort }) {
      if (localAddress === undefined || remoteAddress === undefined) return undefined;
      const ends = ` ${endpoint(localAddress, localPort)} ${endpoint(remoteAddress, remotePort)} `;
      return queuedIn(await read(isIPv4(localAddress) ? 4 : 6), ends);
    },
  };
}

/** @param ends both endpoints, as they stand in the table. Behind them are the state and `tx_queue:rx_queue`. */
export function queuedIn(table: string, ends: string): number | undefined {
  const at = table.indexOf(ends);
  const queued = at === -1 ? null : /^[0-9A-F]{2} ([0-9A-F]{8}):/.exec(table.substr(at + ends.length, 12));
  return queued === null ? undefined : Number.parseInt(queued[1] ?? '', 16);
}

/** As the table has it: each 32-bit word of the address in the machine's order, then the port. */
export function endpoint(address: string, port = 0): string {
  const words = bytesOf(address).map((byte) => byte.toString(16).padStart(2, '0'));
  let text = '';
  for (let word = 0; word < words.length; word += 4)
    text += words
      .slice(word, word + 4)
      .reverse()
      .join('');
  return `${text}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

function bytesOf(address: string): number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  // A zone is about this machine alone; an IPv4 address may stand at the end.
  const [plain = ''] = address.split('%');
  const v4 = /[^:]*\.[^:]*$/.exec(plain)?.[0];
  const groupsOnly = v4 === undefined ? plain : plain.slice(0, -v4.length) + hexGroups(v4);
  const [front = '', back] = groupsOnly.split('::');
  const ahead = groupsIn(front);
  const behind = groupsIn(back ?? '');
  const zeros = back === undefined ? 0 : 8 - ahead.length - behind.length;
  const groups = [...ahead, ...Array.from({ length: zeros }, () => 0), ...behind];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

function hexGroups(v4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function groupsIn(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
