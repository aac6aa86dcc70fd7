/** Frames of HTTP/2 (RFC 9113 §4.1), byte for byte, for peers that break its rules. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const;

/** What a client says first. */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

/** @param settings identifier, value, identifier, value … */
export function settings(...given: number[]): Buffer {
  const payload = Buffer.alloc(given.length * 3);
  for (let place = 0; place + 1 < given.length; place += 2) {
    payload.writeUInt16BE(given[place] ?? 0, place * 3);
    payload.writeUInt32BE(given[place + 1] ?? 0, place * 3 + 2);
  }
  return frame(FRAME.settings, 0, 0, payload);
}

export function uint32(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, place) => bytes.writeUInt32BE(number, place * 4));
  return bytes;
}

/** Fields as literals without indexing (RFC 7541 §6.2.2), which need no table. @param fields name, value, name, value … */
export function hpack(...fields: string[]): Buffer {
  const parts: Buffer[] = [];
  for (let place = 0; place + 1 < fields.length; place += 2)
    parts.push(Buffer.of(0), text(fields[place] ?? ''), text(fields[place + 1] ?? ''));
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  return Buffer.concat([length(value.length), Buffer.from(value, 'latin1')]);
}

function length(bytes: number): Buffer {
  if (bytes < 127) return Buffer.of(bytes);
  const rest: number[] = [127];
  let left = bytes - 127;
  for (; left >= 128; left = Math.floor(left / 128)) rest.push((left % 128) + 128);
  return Buffer.from([...rest, left]);
}

/** Those that are whole in these bytes, and how many bytes they are. */
export function readFrames(bytes: Buffer): { readonly frames: readonly Frame[]; readonly taken: number } {
  const frames: Frame[] = [];
  let at = 0;
  while (at + 9 <= bytes.length) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      stream: bytes.readUInt32BE(at + 5) % 2 ** 31,
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return { frames, taken: at };
}
