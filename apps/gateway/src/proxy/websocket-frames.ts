/**
 * Follows a stream of WebSocket frames (RFC 6455 §5.2) as far as to know where one ends and the next may begin. Looks at
 * what a server sends; what it cannot make sense of seals it.
 */
export interface FrameTracker {
  /** Nothing of a frame is outstanding: another frame may be put in here. */
  readonly atBoundary: boolean;
  /** A Close frame has begun, or what came are no frames of a server: nothing may be put in any more. */
  readonly sealed: boolean;
  /** Takes in bytes from this offset up to the next boundary; the answer is the offset after them. */
  advance(bytes: Uint8Array, from: number): number;
}

const CLOSE = 0x8;
const OPCODES: ReadonlySet<number> = new Set([0x0, 0x1, 0x2, CLOSE, 0x9, 0xa]);
const LONGEST_HEADER = 10;

export function createFrameTracker(): FrameTracker {
  const header = new DataView(new ArrayBuffer(LONGEST_HEADER));
  let headerBytes = 0;
  let payloadLeft = 0;
  let sealed = false;

  function takeHeaderByte(byte: number): void {
    header.setUint8(headerBytes, byte);
    headerBytes += 1;
    if (headerBytes < 2) return;
    const length = header.getUint8(1);
    if (headerBytes < headerLength(length)) return;
    const opcode = header.getUint8(0) & 0x0f;
    payloadLeft = payloadLength(header, length);
    // A server's frames are never masked (§5.1).
    sealed = opcode === CLOSE || !OPCODES.has(opcode) || length > 127 || !Number.isSafeInteger(payloadLeft);
    if (payloadLeft === 0) headerBytes = 0;
  }

  return {
    get atBoundary() {
      return headerBytes === 0;
    },
    get sealed() {
      return sealed;
    },
    advance(bytes, from) {
      let offset = from;
      while (offset < bytes.length && !sealed) {
        if (payloadLeft > 0) {
          const taken = Math.min(payloadLeft, bytes.length - offset);
          payloadLeft -= taken;
          offset += taken;
          if (payloadLeft === 0) headerBytes = 0;
        } else {
          takeHeaderByte(bytes[offset] ?? 0);
          offset += 1;
        }
        if (headerBytes === 0) return offset;
      }
      return bytes.length;
    },
  };
}

function headerLength(length: number): number {
  if (length === 126) return 4;
  return length === 127 ? LONGEST_HEADER : 2;
}

function payloadLength(header: DataView, length: number): number {
  if (length === 126) return header.getUint16(2);
  return length === 127 ? Number(header.getBigUint64(2)) : length;
}
