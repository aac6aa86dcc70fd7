/** A frame as a client or a server puts it on the wire (RFC 6455 §5.2), a character a byte. */
export function frame(opcode: number, payload: string, options: { masked: boolean }): string {
  const bytes = Buffer.from(payload, 'latin1');
  const length =
    bytes.length < 126
      ? [bytes.length]
      : bytes.length < 65_536
        ? [126, bytes.length >> 8, bytes.length & 255]
        : [127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (bytes.length >>> shift) & 255)];
  const [first = 0, ...more] = length;
  const mask = [0x12, 0x34, 0x56, 0x78];
  const head = [
    0x80 | opcode,
    options.masked ? first | 0x80 : first,
    ...more,
    ...(options.masked ? mask : []),
  ];
  const body = options.masked ? bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : bytes;
  return Buffer.concat([Buffer.from(head), body]).toString('latin1');
}

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
