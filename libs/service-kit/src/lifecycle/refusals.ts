import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import type { AppError } from '../errors/app-error';
import { toProblem } from '../errors/problem';
import { clientErrorOf, methodNotImplemented } from './client-error';
import type { Pipelines } from './pipelines';

/** A malformed request that was answered with an error before it reached a handler. */
export interface Refusal {
  readonly error: AppError;
  readonly peer: string;
  readonly requestId: string;
}

export interface RefusalsOptions {
  readonly pipelines: Pick<Pipelines, 'current' | 'afterAll' | 'dropUnfinished' | 'judgeLate'>;
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
  /** Replaces the error by the app's own. */
  readonly wordRefusal?: ((error: AppError) => AppError) | undefined;
}

/** Answers malformed requests with problem+json and closes their connections. */
export interface Refusals {
  /**
   * For `clientError`: what Node's parser rejects. After that the start of the next request on the connection is unknown.
   * Responses to earlier requests on it are sent first, complete.
   */
  readonly onClientError: (cause: NodeJS.ErrnoException, socket: Duplex) => void;
  /** For `connect`, where Node would close the connection without a response. */
  readonly onConnect: (req: IncomingMessage, socket: Duplex) => void;
  /** Answers a well-formed request that no handler may get. */
  answer(req: IncomingMessage, res: ServerResponse, error: AppError): void;
}

/** The connection was reset. */
const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
/** The caller has closed its half in the middle of a request. */
const ENDED_EARLY = 'HPE_INVALID_EOF_STATE';
/** Node's time-out for the head of a request, or for the whole of it. */
const LATE = 'ERR_HTTP_REQUEST_TIMEOUT';

/** Milliseconds that a caller has to read the error and to close the connection. */
const LINGER_MS = 1000;

export function createRefusals({ pipelines, onRefused, wordRefusal }: RefusalsOptions): Refusals {
  const over = new WeakSet<Duplex>();
  const inAppsWords = (error: AppError): AppError => wordRefusal?.(error) ?? error;

  function tell(error: AppError, socket: Socket): string {
    const requestId = randomBytes(16).toString('hex');
    onRefused?.({ error, peer: socket.remoteAddress ?? 'unknown', requestId });
    return requestId;
  }

  function refuseInTurn(socket: Socket, error: AppError): void {
    const current = pipelines.current(socket);
    if (current?.req.complete === false) refuseBody(socket, current, error);
    else pipelines.afterAll(socket, () => refuse(socket, error));
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
    // The parser reports the error again for each further chunk.
    if (over.has(socket)) return;
    over.add(socket);
    // A preconnected socket without a request: a browser would take the error for the response to its next request.
    const unused = socket instanceof Socket && socket.bytesRead === 0;
    if (!(socket instanceof Socket) || unused || GONE.has(cause.code ?? '')) {
      socket.destroy();
      return;
    }
    pipelines.dropUnfinished(socket);
    if (cause.code === ENDED_EARLY) {
      // Complete requests before it are still answered.
      if (pipelines.current(socket)?.req.complete !== true) socket.destroy();
      return;
    }
    refuseInTurn(socket, inAppsWords(clientErrorOf(cause)));
  }

  return {
    onClientError(cause, socket) {
      if (cause.code === LATE && socket instanceof Socket)
        pipelines.judgeLate(socket, () => onClientError(cause, socket));
      else onClientError(cause, socket);
    },
    onConnect(_req, socket) {
      if (!(socket instanceof Socket)) {
        socket.destroy();
        return;
      }
      socket.on('error', () => socket.destroy()).resume();
      refuseInTurn(socket, inAppsWords(methodNotImplemented('CONNECT')));
    },
    answer(req, res, plain) {
      const error = inAppsWords(plain);
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

/** The malformed bytes belong to the body of a request in progress: its handler gets the error. */
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
