import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { serveHalfClosed } from './half-closed';
import { hasStopped, readOn, stopReading } from './reading';

/** Pipelined requests (RFC 9112 §9.3.2): each connection has one request served at a time, in the order of arrival. */
export interface Pipelines extends Iterable<ServerResponse> {
  /** Serves a request after the ones before it on its connection. */
  take: RequestListener;
  /** The response in progress on a connection. */
  current(socket: Socket): ServerResponse | undefined;
  /** Calls `action` once every request of a connection is answered, unless a response has closed the connection. */
  afterAll(socket: Socket, action: () => void): void;
  /** Drops a waiting request whose body turned out to be malformed. */
  dropUnfinished(socket: Socket): void;
  /**
   * Judges a request that Node says was not received in time: its clock also runs while this side does not read. Calls
   * `refuse` unless what is in the socket completes the request; where reading had stopped, `receiveMs` after it goes on.
   */
  judgeLate(socket: Socket, refuse: () => void): void;
  readonly size: number;
}

interface Waiting {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** The state of a connection, from its first request until it closes. */
interface Pipeline {
  current: ServerResponse | undefined;
  waiting: Waiting[];
  /** How many requests it has brought. */
  taken: number;
  /** Runs once reading goes on. */
  onReadOn: (() => void) | undefined;
  /** The caller has closed its half: no request follows the waiting ones. */
  halfClosed: boolean;
  /** Runs after all waiting requests. */
  afterwards: (() => void) | undefined;
}

export interface PipelinesOptions {
  readonly serve: RequestListener;
  /** Called when no request is in progress any more. */
  readonly onIdle: () => void;
  /** Milliseconds in which an answer has to begin once its caller has closed its half of the connection. */
  readonly halfCloseGraceMs: number;
  /** Milliseconds in which a request has to be received. */
  readonly receiveMs: number;
}

/** Waiting requests of one connection at which reading from it pauses. */
const MOST_WAITING = 16;

/**
 * Serves pipelined requests one after another, where Node would emit each as soon as it is parsed. So a request behind a
 * response that closes the connection is never served, one connection has one request in progress at most, and each
 * response has its socket, whose close tells that the caller has gone.
 */
export function createPipelines({ serve, onIdle, halfCloseGraceMs, receiveMs }: PipelinesOptions): Pipelines {
  // One entry per connection, changed in place. With one per request the Map would get a new table every few dozen
  // requests; V8 links each old table to the next, so once one of them is promoted to old space, the later ones and
  // their requests survive with it.
  const pipelines = new Map<Socket, Pipeline>();
  let serving = 0;

  function pipelineOf(socket: Socket): Pipeline {
    const known = pipelines.get(socket);
    if (known !== undefined) return known;
    const pipeline: Pipeline = {
      current: undefined,
      waiting: [],
      taken: 0,
      onReadOn: undefined,
      halfClosed: false,
      afterwards: undefined,
    };
    pipelines.set(socket, pipeline);
    socket.once('end', () => closeHalf(socket, pipeline));
    socket.once('close', () => forget(socket, pipeline));
    return pipeline;
  }

  /** The last response may end after its connection has closed. */
  function forget(socket: Socket, pipeline: Pipeline): void {
    if (socket.destroyed && pipeline.current === undefined) pipelines.delete(socket);
  }

  function closeHalf(socket: Socket, pipeline: Pipeline): void {
    pipeline.halfClosed = true;
    if (pipeline.current === undefined) return;
    sayCloseIfLast(pipeline, pipeline.current);
    serveHalfClosed({
      socket,
      graceMs: halfCloseGraceMs,
      current: () => pipeline.current,
      onGraceOver: () => (pipeline.waiting = []),
    });
  }

  function begin({ req, res }: Waiting, pipeline: Pipeline): void {
    pipeline.current = res;
    serving += 1;
    sayCloseIfLast(pipeline, res);
    // Not by `once`, which makes three objects more a request: Node tells it once.
    res.on('close', () => end(req.socket, pipeline));
    serve(req, res);
  }

  function end(socket: Socket, pipeline: Pipeline): void {
    pipeline.current = undefined;
    serving -= 1;
    const next = pipeline.waiting.length === 0 ? undefined : nextOf(pipeline, socket);
    if (next !== undefined) begin(next, pipeline);
    else {
      forget(socket, pipeline);
      proceed(socket, pipeline);
      if (pipeline.halfClosed) socket.destroySoon();
      if (serving === 0) onIdle();
    }
  }

  function proceed(socket: Socket, pipeline: Pipeline): void {
    const { afterwards } = pipeline;
    pipeline.afterwards = undefined;
    if (socket.writable) afterwards?.();
  }

  function nextOf(pipeline: Pipeline, socket: Socket): Waiting | undefined {
    const next = socket.writable ? pipeline.waiting.shift() : undefined;
    if (next === undefined) pipeline.waiting = [];
    if (pipeline.waiting.length < MOST_WAITING && hasStopped(socket)) {
      readOn(socket);
      pipeline.onReadOn?.();
      pipeline.onReadOn = undefined;
    }
    return next;
  }

  function sayCloseIfLast({ halfClosed, waiting, afterwards }: Pipeline, res: ServerResponse): void {
    if (halfClosed && waiting.length === 0 && afterwards === undefined && !res.headersSent)
      res.shouldKeepAlive = false;
  }

  return {
    take(req, res) {
      const { socket } = req;
      const pipeline = pipelineOf(socket);
      pipeline.taken += 1;
      if (pipeline.current === undefined) return begin({ req, res }, pipeline);
      pipeline.waiting.push({ req, res });
      if (pipeline.waiting.length >= MOST_WAITING) stopReading(socket);
    },
    current: (socket) => pipelines.get(socket)?.current,
    afterAll(socket, action) {
      const pipeline = pipelines.get(socket);
      if (pipeline?.current === undefined) action();
      else pipeline.afterwards = action;
    },
    dropUnfinished(socket) {
      const pipeline = pipelines.get(socket);
      if (pipeline !== undefined) pipeline.waiting = pipeline.waiting.filter(({ req }) => req.complete);
    },
    judgeLate(socket, refuse) {
      const pipeline = pipelineOf(socket);
      const received = whetherReceived(pipeline);
      const judge = (): void => {
        if (!received()) refuse();
      };
      if (!hasStopped(socket)) return void setImmediate(judge);
      pipeline.onReadOn = () => {
        const timer = setTimeout(judge, receiveMs);
        socket.once('close', () => clearTimeout(timer));
      };
    },
    get size() {
      return serving;
    },
    *[Symbol.iterator]() {
      for (const { current } of pipelines.values()) if (current !== undefined) yield current;
    },
  };
}

/** Tells later whether the request that a connection is bringing now has been received: its body, or its head. */
function whetherReceived(pipeline: Pipeline): () => boolean {
  const { current, waiting, taken } = pipeline;
  const newest = waiting.at(-1)?.req ?? current?.req;
  return newest?.complete === false ? () => newest.complete : () => pipeline.taken > taken;
}
