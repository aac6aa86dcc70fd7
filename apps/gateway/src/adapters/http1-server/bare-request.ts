import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ChunkedBody } from '../http1/chunked-body';

/** A request whose connection Node has stopped reading as HTTP. */
export interface BareRequest {
  /** The same request, with its body. */
  readonly req: IncomingMessage;
  /** The socket belongs to the caller of this from now on. @returns what has come behind the request */
  takeOver(): Buffer;
}

/** Bytes that may come behind a request before an instance has agreed to the protocol that they are in. */
const MAX_EARLY_BYTES = 65_536;
/** Bytes of trailers; as many as Node's server takes of every other request (`maxHeaderSize`). */
const MAX_TRAILER_BYTES = 16_384;

/** Takes a body out of the bytes that it came in. */
interface BodyReader {
  /** @returns where in `chunk` it has stopped: its end, the end of the body, or -1 after a fault */
  execute(chunk: Buffer, from: number): number;
  readonly whole: boolean;
  /** Once it is whole. */
  readonly trailers: readonly string[];
}

/**
 * Node hands over the bare socket with a request that offers to switch protocols, and with its body still on it. This
 * reads the body for the request, keeps what comes behind it, and notices when the caller leaves.
 *
 * @param head what came behind the fields of the request
 * @param onFault the body is not framed as it should be
 */
export function readBareRequest(
  bare: IncomingMessage,
  socket: Socket,
  head: Buffer,
  onFault: (reason: string) => void,
): BareRequest {
  const early: Buffer[] = [];
  let earlyBytes = 0;
  const length = Number(bare.headers['content-length'] ?? 0);
  const isChunked = bare.headers['transfer-encoding'] !== undefined;
  const req = isChunked || length > 0 ? withoutEnd(bare, socket) : bare;
  let body: BodyReader | undefined;
  if (isChunked) body = readChunks(push, fail);
  else if (length > 0) body = readLength(length, push);

  function push(bytes: Buffer): void {
    if (!req.push(bytes)) socket.pause();
  }

  function fail(reason: string): void {
    onFault(reason);
    req.destroy();
  }

  function onData(chunk: Buffer): void {
    const from = body?.execute(chunk, 0) ?? 0;
    if (from === -1) return release();
    if (body?.whole === true) {
      req.rawTrailers = [...body.trailers];
      body = undefined;
      req.complete = true;
      req.push(null);
      socket.resume();
    }
    if (body === undefined && from < chunk.length) keep(from === 0 ? chunk : chunk.subarray(from));
  }

  function keep(bytes: Buffer): void {
    early.push(bytes);
    earlyBytes += bytes.length;
    if (earlyBytes > MAX_EARLY_BYTES) socket.pause();
  }

  function onEnd(): void {
    // The caller has closed its half in the middle of the body.
    if (body !== undefined) socket.destroy();
  }

  function onClose(): void {
    if (body !== undefined) req.destroy();
  }

  function release(): void {
    socket.off('data', onData).off('end', onEnd).off('close', onClose);
  }

  // Not at once: the listener for faults in it is added after this returns.
  if (head.length > 0) socket.unshift(head);
  socket.on('data', onData).on('end', onEnd).on('close', onClose);
  return {
    req,
    takeOver() {
      release();
      socket.pause();
      return Buffer.concat(early);
    },
  };
}

/** To Node the request is over, as it has not read on. */
function withoutEnd(bare: IncomingMessage, socket: Socket): IncomingMessage {
  const req = new IncomingMessage(socket);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = bare;
  return Object.assign(req, {
    method,
    url,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    headers,
    rawHeaders,
  });
}

function readLength(length: number, push: (bytes: Buffer) => void): BodyReader {
  let left = length;
  return {
    execute(chunk, from) {
      const end = Math.min(chunk.length, from + left);
      left -= end - from;
      push(chunk.subarray(from, end));
      return end;
    },
    get whole() {
      return left === 0;
    },
    trailers: [],
  };
}

function readChunks(push: (bytes: Buffer) => void, fail: (reason: string) => void): BodyReader {
  const chunks = new ChunkedBody({ data: push, fault: fail }, MAX_TRAILER_BYTES);
  return {
    execute: (chunk, from) => chunks.execute(chunk, from),
    get whole() {
      return chunks.trailers !== undefined;
    },
    get trailers() {
      return chunks.trailers ?? [];
    },
  };
}
