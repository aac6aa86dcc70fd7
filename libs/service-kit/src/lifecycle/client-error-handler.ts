import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import type { AppError } from '../errors/app-error';
import { toProblem } from '../errors/problem';
import { clientErrorOf } from './client-error';
import type { Turns } from './turns';

/** Somebody was told that what it sent is no request; no handler has heard of it. */
export interface Refusal {
  readonly error: AppError;
  readonly peer: string;
  readonly requestId: string;
}

export interface ClientErrorHandlerOptions {
  readonly turns: Pick<Turns, 'current' | 'dropUnfinished'>;
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
  /** The error to answer with, in the words of the app. */
  readonly wordRefusal?: ((error: AppError) => AppError) | undefined;
}

/** Reset, or ended in the middle of a request. */
const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

/** How long a caller may take to read that it was refused and to hang up, milliseconds. */
const LINGER_MS = 1000;

/**
 * For `clientError`: answers what Node's parser refuses, as problem+json, and ends the connection, on which nobody can
 * tell any more where a request begins. Answers to earlier requests on it go out before, whole.
 */
export function createClientErrorHandler(options: ClientErrorHandlerOptions) {
  const { turns, onRefused, wordRefusal } = options;
  const over = new WeakSet<Duplex>();

  function refuseInTurn(socket: Socket, error: AppError): void {
    const current = turns.current(socket);
    if (current === undefined) return refuse(socket, error);
    if (!current.req.complete) return refuseBody(socket, current, error);
    current.once('close', () => refuseInTurn(socket, error));
  }

  function refuse(socket: Socket, error: AppError): void {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const requestId = randomBytes(16).toString('hex');
    onRefused?.({ error, peer: socket.remoteAddress ?? 'unknown', requestId });
    socket.end(answerOf(error, requestId));
    linger(socket);
  }

  return (cause: NodeJS.ErrnoException, socket: Duplex): void => {
    // The parser says it again of every further byte.
    if (over.has(socket)) return;
    over.add(socket);
    // Opened ahead of use and never used: a browser would take the refusal for the answer to its next request.
    const unused = socket instanceof Socket && socket.bytesRead === 0;
    if (!(socket instanceof Socket) || unused || GONE.has(cause.code ?? '')) {
      socket.destroy();
      return;
    }
    const plain = clientErrorOf(cause);
    const error = wordRefusal?.(plain) ?? plain;
    turns.dropUnfinished(socket);
    refuseInTurn(socket, error);
  };
}

function answerOver(res: ServerResponse, error: AppError): void {
  const body = JSON.stringify(toProblem(error));
  res.writeHead(error.status, { 'Content-Type': PROBLEM_CONTENT_TYPE, ...error.headers }).end(body);
}

/** The bytes that are none belong to the body of a request that is being answered: whoever does that is told. */
function refuseBody(socket: Socket, res: ServerResponse, error: AppError): void {
  if (res.headersSent) {
    socket.destroy();
    return;
  }
  if (res.listenerCount('error') > 0) res.emit('error', error);
  if (!res.headersSent) answerOver(res, error);
  linger(socket);
}

function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

function answerOf(error: AppError, requestId: string): string {
  const body = JSON.stringify({ ...toProblem(error), request_id: requestId });
  const fields = {
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    Date: new Date().toUTCString(),
    ...error.headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
