import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import type { AppError } from '../errors/app-error';
import { toProblem } from '../errors/problem';
import { clientErrorOf, methodNotImplemented } from './client-error';
import type { Turns } from './turns';

/** Somebody was told that what it sent is no request; no handler has heard of it. */
export interface Refusal {
  readonly error: AppError;
  readonly peer: string;
  readonly requestId: string;
}

export interface RefusalsOptions {
  readonly turns: Pick<Turns, 'current' | 'afterAll' | 'dropUnfinished'>;
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
  /** The error to answer with, in the words of the app. */
  readonly wordRefusal?: ((error: AppError) => AppError) | undefined;
}

/** Answers, as problem+json, what is no request to any app, and ends its connection. */
export interface Refusals {
  /**
   * For `clientError`: what Node's parser refuses. Nobody can tell any more where a request begins on its connection.
   * Answers to earlier requests on it go out before, whole.
   */
  readonly onClientError: (cause: NodeJS.ErrnoException, socket: Duplex) => void;
  /** For `connect`, of which Node would hang up without a word. */
  readonly onConnect: (req: IncomingMessage, socket: Duplex) => void;
  /** A request that could be read and is nobody's all the same. */
  answer(req: IncomingMessage, res: ServerResponse, error: AppError): void;
}

/** Reset. */
const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
/** The caller has closed its half in the middle of a request. */
const ENDED_EARLY = 'HPE_INVALID_EOF_STATE';

/** How long a caller may take to read that it was refused and to hang up, milliseconds. */
const LINGER_MS = 1000;

export function createRefusals({ turns, onRefused, wordRefusal }: RefusalsOptions): Refusals {
  const over = new WeakSet<Duplex>();
  const inOurWords = (error: AppError): AppError => wordRefusal?.(error) ?? error;

  function tell(error: AppError, socket: Socket): string {
    const requestId = randomBytes(16).toString('hex');
    onRefused?.({ error, peer: socket.remoteAddress ?? 'unknown', requestId });
    return requestId;
  }

  function refuseInTurn(socket: Socket, error: AppError): void {
    const current = turns.current(socket);
    if (current?.req.complete === false) refuseBody(socket, current, error);
    else turns.afterAll(socket, () => refuse(socket, error));
  }

  function refuse(socket: Socket, error: AppError): void {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(answerOf(error, tell(error, socket)));
    linger(socket);
  }

  function onClientError(cause: NodeJS.ErrnoException, socket: Duplex): void {
    // The parser says it again of every further byte.
    if (over.has(socket)) return;
    over.add(socket);
    // Opened ahead of use and never used: a browser would take the refusal for the answer to its next request.
    const unused = socket instanceof Socket && socket.bytesRead === 0;
    if (!(socket instanceof Socket) || unused || GONE.has(cause.code ?? '')) {
      socket.destroy();
      return;
    }
    turns.dropUnfinished(socket);
    if (cause.code === ENDED_EARLY) {
      // What was asked before it, whole, is still answered.
      if (turns.current(socket)?.req.complete !== true) socket.destroy();
      return;
    }
    refuseInTurn(socket, inOurWords(clientErrorOf(cause)));
  }

  return {
    onClientError,
    onConnect(_req, socket) {
      if (!(socket instanceof Socket)) {
        socket.destroy();
        return;
      }
      socket.on('error', () => socket.destroy()).resume();
      refuseInTurn(socket, inOurWords(methodNotImplemented('CONNECT')));
    },
    answer(req, res, plain) {
      const error = inOurWords(plain);
      answerOver(res, error, tell(error, req.socket));
    },
  };
}

function answerOver(res: ServerResponse, error: AppError, requestId?: string): void {
  const body = problemOf(error, requestId);
  const length = Buffer.byteLength(body);
  res
    .writeHead(error.status, {
      'Content-Type': PROBLEM_CONTENT_TYPE,
      'Content-Length': length,
      ...error.headers,
    })
    .end(body);
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

function problemOf(error: AppError, requestId?: string): string {
  return JSON.stringify({
    ...toProblem(error),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  });
}

function answerOf(error: AppError, requestId: string): string {
  const body = problemOf(error, requestId);
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
