import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { serveHalfClosed } from './half-closed';

/** Requests that are being served, one at a time a connection. */
export interface Turns extends Iterable<ServerResponse> {
  /** Serves it, after those before it on its connection. */
  take: RequestListener;
  /** The answer under way on a connection. */
  current(socket: Socket): ServerResponse | undefined;
  /** Calls `action` when everything that was asked on a connection is answered, unless that has ended it. */
  afterAll(socket: Socket, action: () => void): void;
  /** The bytes of a request that waits have turned out to be none: it is not served. */
  dropUnfinished(socket: Socket): void;
  readonly size: number;
}

interface Waiting {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** What is known of a connection, from its first request to its end. */
interface Line {
  current: ServerResponse | undefined;
  waiting: Waiting[];
  /** The caller has closed its half: nothing comes behind what waits. */
  halfClosed: boolean;
  /** What to do behind all that waits. */
  afterwards: (() => void) | undefined;
}

export interface TurnsOptions {
  readonly serve: RequestListener;
  /** No request is being served any more. */
  readonly onIdle: () => void;
  /** Milliseconds in which an answer has to begin once its caller has closed its half of the connection. */
  readonly halfCloseGraceMs: number;
}

/** How many requests may wait on one connection before no more of them are read. */
const MOST_WAITING = 16;

/**
 * Node hands on every request of a connection as it reads it. With turns, one that comes behind an answer that ends the
 * connection is never served (nobody could hear of it), a connection has no more than its share of what is under way,
 * and every answer has its socket, by whose end it learns that the caller has gone.
 */
export function createTurns({ serve, onIdle, halfCloseGraceMs }: TurnsOptions): Turns {
  // An entry a connection, changed in place, and not one a request: a Map that grows and shrinks with every request gets
  // a new table every few dozen of them, V8 links each old one to the next, and once one of them is old enough to be
  // looked at rarely all later ones can survive with it, and every request that was in them.
  const lines = new Map<Socket, Line>();
  let serving = 0;

  function lineOf(socket: Socket): Line {
    const known = lines.get(socket);
    if (known !== undefined) return known;
    const line: Line = { current: undefined, waiting: [], halfClosed: false, afterwards: undefined };
    lines.set(socket, line);
    socket.once('end', () => closeHalf(socket, line));
    socket.once('close', () => forget(socket, line));
    return line;
  }

  /** The last answer of a connection may end after it. */
  function forget(socket: Socket, line: Line): void {
    if (socket.destroyed && line.current === undefined) lines.delete(socket);
  }

  function closeHalf(socket: Socket, line: Line): void {
    line.halfClosed = true;
    if (line.current === undefined) return;
    sayCloseIfLast(line, line.current);
    serveHalfClosed({
      socket,
      graceMs: halfCloseGraceMs,
      current: () => line.current,
      onGraceOver: () => (line.waiting = []),
    });
  }

  function begin({ req, res }: Waiting, line: Line): void {
    line.current = res;
    serving += 1;
    sayCloseIfLast(line, res);
    res.once('close', () => end(req.socket, line));
    serve(req, res);
  }

  function end(socket: Socket, line: Line): void {
    line.current = undefined;
    serving -= 1;
    const next = line.waiting.length === 0 ? undefined : nextOf(line, socket);
    if (next !== undefined) begin(next, line);
    else {
      forget(socket, line);
      proceed(socket, line);
      if (line.halfClosed) socket.destroySoon();
      if (serving === 0) onIdle();
    }
  }

  function proceed(socket: Socket, line: Line): void {
    const { afterwards } = line;
    line.afterwards = undefined;
    if (socket.writable) afterwards?.();
  }

  function nextOf(line: Line, socket: Socket): Waiting | undefined {
    const next = socket.writable ? line.waiting.shift() : undefined;
    if (next === undefined) line.waiting = [];
    if (line.waiting.length < MOST_WAITING) socket.resume();
    return next;
  }

  function sayCloseIfLast({ halfClosed, waiting, afterwards }: Line, res: ServerResponse): void {
    if (halfClosed && waiting.length === 0 && afterwards === undefined && !res.headersSent)
      res.shouldKeepAlive = false;
  }

  return {
    take(req, res) {
      const { socket } = req;
      const line = lineOf(socket);
      if (line.current === undefined) return begin({ req, res }, line);
      line.waiting.push({ req, res });
      if (line.waiting.length >= MOST_WAITING) socket.pause();
    },
    current: (socket) => lines.get(socket)?.current,
    afterAll(socket, action) {
      const line = lines.get(socket);
      if (line?.current === undefined) action();
      else line.afterwards = action;
    },
    dropUnfinished(socket) {
      const line = lines.get(socket);
      if (line !== undefined) line.waiting = line.waiting.filter(({ req }) => req.complete);
    },
    get size() {
      return serving;
    },
    *[Symbol.iterator]() {
      for (const { current } of lines.values()) if (current !== undefined) yield current;
    },
  };
}
