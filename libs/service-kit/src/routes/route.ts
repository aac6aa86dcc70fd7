import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ParsedUrlQuery } from 'node:querystring';

/** An answer before it is written. */
export type Reply =
  | {
      readonly status: number;
      /** Sent as JSON; none is an empty answer. */
      readonly body?: object;
    }
  /** JSON that is serialised already. */
  | { readonly status: number; readonly json: string }
  /**
   * JSON that may be long: pieces of some 64 KiB, each made when the caller has read the one before it. So an answer
   * costs memory for one piece, however slowly it is read, and never holds up the others for longer than that takes.
   */
  | { readonly status: number; readonly pieces: Iterable<string> };

/** One request for one route. */
export interface RouteCall {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Of the path's template, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** What is given twice is a list. */
  readonly query: ParsedUrlQuery;
}

/** One call that an app answers by itself, with no framework on the way. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A template: `/instances/:id/drain`. HEAD asks for a GET; its answer goes out without the body. */
  readonly path: string;
  /** Recorded as a span while tracing is on, default false: for calls that are rare and that operators look for. */
  readonly traced?: true;
  /** A reply, or `undefined` once it has taken the response over (a stream). What it throws is answered as an error. */
  readonly answer: (call: RouteCall) => Reply | undefined | Promise<Reply | undefined>;
}
