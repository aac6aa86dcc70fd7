import type { Duplex } from 'node:stream';
import type { InstanceProtocol } from '@rollcall/contracts';
import type { Outcome } from '@rollcall/load-balancing';
import type { HeaderList, ReadonlyHeaderList } from '../headers/header-list';

/**
 * Reaches instances. One `Connections` an instance, made by the upstream that stands for it and living as long.
 */
export interface Transport {
  /**
   * @param origin scheme, host and port, e.g. `http://10.0.0.7:8081`
   * @param protocol what an `http:` origin speaks; an `https:` one says so itself as it is connected to (ALPN)
   */
  connectionsTo(origin: string, protocol: InstanceProtocol): Connections;
}

/** The connections to one instance; opened as they are needed, kept for the next request. */
export interface Connections {
  /**
   * Sends one attempt and tells the receiver what becomes of it; never throws. The body is not read before a connection
   * stands: an attempt that ends in `refused` or `unreachable` has taken nothing from it.
   */
  send(request: OutgoingRequest, receiver: ResponseReceiver): Attempt;
  /**
   * Whether connections are kept when nothing uses them. From `false` on idle ones are closed at once and busy ones
   * after their answer: the instance is leaving, and would close them as the next request is on its way.
   */
  keepIdle(keep: boolean): void;
  /** Cuts everything, attempts under way included. */
  destroy(): Promise<void>;
  counts(): { readonly open: number; readonly idle: number };
}

export interface OutgoingRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Without hop-by-hop fields; the transport adds those of its own hop. */
  readonly headers: HeaderList;
  readonly body: OutgoingBody | null;
  /** The protocol to switch to, e.g. `websocket`. */
  readonly upgrade?: string | undefined;
  /** Not on a connection that has been used before. */
  readonly freshSocket: boolean;
  /** To connect in, where a connection has to be made; the transport's own time when undefined. Milliseconds. */
  readonly connectTimeoutMs?: number | undefined;
  /** Connecting takes no longer, whichever time-out it has; milliseconds. */
  readonly connectAtMostMs?: number | undefined;
  /** From the request being sent whole to the answer's beginning, milliseconds. */
  readonly headersTimeoutMs: number;
  /** Longest silence within the answer's body while it is being read, milliseconds. */
  readonly idleTimeoutMs: number;
}

/** A request's body, pushed to the transport that carries it. */
export interface OutgoingBody {
  /** A connection stands: hand over the first bytes, now or later. Called once at most. */
  start(sink: BodySink): void;
  /** The sink has asked for silence, and takes more now. */
  resume(): void;
  /** Nobody takes the rest, also before `start`. The sink is not called again. */
  stop(): void;
}

export interface BodySink {
  /** False asks for silence until `OutgoingBody.resume`. */
  data(chunk: Buffer): boolean;
  /** @param trailers name, value, name, value …; dropped where the request's framing has no place for them */
  end(trailers: readonly string[]): void;
}

export interface ResponseHead {
  /** Of HTTP, by which it came. */
  readonly httpVersion: '1.0' | '1.1' | '2.0';
  readonly status: number;
  readonly statusText: string;
  /** As they came. */
  readonly headers: ReadonlyHeaderList;
}

/**
 * Hears of one attempt: any number of `informational`, then `failed`, or `upgraded`, or `response`, `data` … and at last
 * `failed`, or `end` and `done`. After the last of them nothing more. Must not throw.
 */
export interface ResponseReceiver {
  /** A 1xx answer other than 100 and 101; a bounded number of them, and they do not prolong the time for an answer. */
  informational(head: ResponseHead): void;
  response(head: ResponseHead): void;
  /**
   * False asks for silence until `Attempt.resume`; what has been read already may still come.
   *
   * @param chunk lent: its memory is used again after `release`, and not before
   * @param release to be called as soon as nothing refers to the chunk any more: when the system has all of it, when the
   *   write that uses it has called back, or at once where it is not used. Also after `failed` and `done`. Calls after
   *   the first do nothing.
   */
  data(chunk: Buffer, release: () => void): boolean;
  /** Everything that has come so far has been told, and it is not all: what waits for more need not wait. */
  flush(): void;
  /** @param trailers name, value, name, value … */
  end(trailers: readonly string[]): void;
  /** Nothing more goes out either: an answer below 400 that came early does not end the request's body. */
  done(): void;
  upgraded(head: ResponseHead, socket: Duplex): void;
  failed(failure: AttemptFailure): void;
}

export interface AttemptFailure {
  /** `unsendable` is a request that cannot be put on the wire: the caller's fault; no instance was asked. */
  readonly outcome: Exclude<Outcome, 'response'> | 'unsendable';
  readonly error: Error;
  /** The connection had carried a request before. */
  readonly socketReused: boolean;
}

/** One attempt under way. Both calls do nothing once it has ended. */
export interface Attempt {
  /** The caller has gone: end it, as `downstream-aborted`. Also before a connection stands. */
  abort(): void;
  resume(): void;
}
