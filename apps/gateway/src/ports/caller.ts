import type { Duplex } from 'node:stream';
import type { AppError } from '@rollcall/service-kit';
import type { ClientCertificate } from '../headers/client-certificate';
import type { HeaderList } from '../headers/header-list';
import type { RequestFacts } from '../headers/request-passes';
import type { GatewayAnswer } from '../policies/policy';
import type { AnswerEdit } from '../policies/policy-decisions';
import type { RequestTarget } from '../routing/request-target';

/**
 * The head of a request as an adapter of a protocol has read it, before the gateway has looked at it.
 */
export interface ReceivedHead {
  readonly method: string;
  /** The target as it was sent. */
  readonly url: string;
  readonly headers: HeaderList;
  /** `1.0`, `1.1`, `2.0`; as in Via. */
  readonly httpVersion: string;
  /** The address of the connection's other end. */
  readonly peer: string;
  /** What that end has shown, and the TLS handshake has verified. */
  readonly clientCertificate: ClientCertificate | undefined;
}

export type Acceptance =
  /** A path of the gateway itself (health, metrics, legacy API), which the adapter has answered there. */
  | { readonly kind: 'own-path' }
  | {
      readonly kind: 'traffic';
      readonly target: RequestTarget;
      readonly facts: RequestFacts;
      /** The answer, where the request is for no route. */
      readonly answer: GatewayAnswer | undefined;
    };

/** What an adapter calls with each request, in this order. */
export interface Traffic {
  accept(head: ReceivedHead): Acceptance;
  /** Answers it, at once where there is an answer already. Never rejects. */
  serve(caller: Caller, answer: GatewayAnswer | undefined): Promise<void>;
}

/** How an answer ended. */
export type AnswerEnd =
  /** All of it was written. */
  | 'whole'
  /** The gateway broke it off, as the instance's own answer broke off. */
  | 'cut'
  /** The caller has gone, or has read nothing for too long. */
  | 'gone'
  /** The connection left HTTP for another protocol. */
  | 'switched';

/**
 * One request of a caller, and the way to answer it, in whatever protocol it came. An adapter makes one for each
 * request. Its fields are read and never written, except for what the calls below change.
 */
export interface Caller extends CallerAnswer {
  readonly method: string;
  readonly target: RequestTarget;
  /** The request's fields as they came. */
  readonly headers: HeaderList;
  readonly facts: RequestFacts;
  /** `null` for a request without a body. */
  readonly body: CallerBody | null;
  /** The protocols that the caller offers to switch to, e.g. `websocket`. */
  readonly upgrade: string | undefined;
  /** The caller went away before its answer was whole. */
  readonly gone: boolean;
  /** What to do when it goes away, at once if it has; replaces what was to be done before. */
  onGone(action: () => void): void;
  /**
   * Leaves HTTP.
   *
   * @param fields of the instance's answer, without those of its hop; to be changed from now on
   * @param protocol that the instance has agreed to
   * @returns `undefined` when the caller has gone or has offered nothing
   */
  switchProtocols(statusText: string, fields: HeaderList, protocol: string): SwitchedConnection | undefined;
}

/**
 * The body of a request. Nothing of it is read before `start`, and nothing is kept here: what is to be sent twice is
 * kept by `keepBody`.
 */
export interface CallerBody {
  /** Some of it has been read: it cannot be sent to another instance. */
  readonly taken: boolean;
  /** Begins to read, and lets a caller that waits for `100 Continue` send. */
  start(reader: BodyReader): void;
  pause(): void;
  resume(): void;
  /** The rest is read and dropped, or refused. The reader is not called again. Does nothing before `start`. */
  discard(): void;
}

export interface BodyReader {
  data(chunk: Buffer): void;
  /**
   * It is whole.
   *
   * @param trailers name, value, name, value … as they came; none where the protocol has none
   */
  end(trailers: readonly string[]): void;
  /** It will never be whole: the caller has gone, or the body is malformed. */
  gone(): void;
}

/** What is written to a caller. Calls after the end, or after the caller has gone, do nothing. */
export interface CallerAnswer {
  /** The head has been given: there can be no other one. */
  readonly begun: boolean;
  /** Nothing more can be written. */
  readonly ended: boolean;
  /** Of the head that was given. */
  readonly status: number;
  /** The error of the gateway's own that was answered. */
  readonly failure: AppError | undefined;
  /** The end must wait until the request's body is read, since this protocol ends the body with the answer. */
  readonly endWaitsForBody: boolean;
  /** Of the head that was given: trailers may come, also behind as many bytes as it says. */
  readonly mayHaveTrailers: boolean;
  /** Changes that the route's policies make in the fields of the gateway's own answers; replaces earlier ones. */
  decorate(edits: readonly AnswerEdit[]): void;
  /** A 1xx answer; dropped where the protocol has none of them. */
  informational(status: number, statusText: string, fields: HeaderList): void;
  /**
   * The head of an instance's answer. It goes out with the first of the body, or with `flush`.
   *
   * @throws for what may not go out (a control character in a value); then nothing has gone out
   */
  respond(status: number, statusText: string, fields: HeaderList): void;
  /**
   * Goes out at once.
   *
   * @param release called at least once, as soon as nothing refers to the chunk any more; later calls do nothing
   * @returns false asks for silence until `onDrain`
   */
  write(chunk: Buffer, release: () => void): boolean;
  /** Called once, when more can be written. */
  onDrain(action: () => void): void;
  /** Sends the head. */
  flush(): void;
  /**
   * Before the end; dropped where the protocol or the answer's framing has no trailers.
   *
   * @param fields name, value, name, value …
   */
  trailers(fields: readonly string[]): void;
  end(): void;
  /** The last of it and the end, in one write where possible. */
  endWith(chunk: Buffer, release: () => void): void;
  /** Something of it is still in this process, as the caller reads it more slowly than it comes. */
  readonly hasUnsent: boolean;
  /** Bytes that the caller's system has not acknowledged; `undefined` where that cannot be known. */
  unacknowledged(): Promise<number | undefined>;
  /** Answers with an error, in this protocol's form, or in that of gRPC to its callers; breaks off an answer that has begun. The first one counts. */
  fail(error: AppError): void;
  /** Answers without a body. */
  answer(status: number, headers: Readonly<Record<string, string>>): void;
  /** Ends an answer that has no end of its own (an event stream), and then acts as if the caller had gone. */
  endEarly(): void;
  /**
   * Breaks an answer off unless it has ended: the only way left to say that it is not whole (`cut`). A caller of gRPC has
   * another one, where trailers can still come: its call ends with the status of the error then.
   *
   * @param error why it is cut
   */
  reset(reason: 'cut' | 'gone', error?: AppError): void;
  /** Resolves once the answer is over for good. */
  whenClosed(): Promise<AnswerEnd>;
}

/** A caller's side of a connection that has left HTTP. */
export interface SwitchedConnection {
  readonly stream: Duplex;
  /** What has come in the new protocol already. */
  readonly early: Buffer;
}
