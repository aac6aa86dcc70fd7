import type { Duplex } from 'node:stream';
import type { Traffic } from '../../src/ports/caller';

/** An adapter of the caller's port, as its contract starts it. */
export interface CallerAdapter {
  readonly scheme: 'http' | 'https';
  /** As in Via. */
  readonly httpVersion: string;
  /** The offer of another protocol can be made, and taken up. */
  readonly switchesProtocols: boolean;
  /** Fields of several names arrive in the order in which they were given. Those of one name always do. */
  readonly ordersNames: boolean;
  start(traffic: Traffic): Promise<RunningAdapter>;
}

export interface RunningAdapter {
  /** A connection of a caller. */
  connect(): Peer;
  stop(): Promise<void>;
}

/** The caller's end of one connection, in the adapter's protocol. */
export interface Peer {
  /** Sends the head, and the end of the request too where it has no body. */
  request(request: PeerRequest): PeerExchange;
  /** Ends everything on it. */
  close(): void;
}

export interface PeerRequest {
  readonly method?: string;
  /** Path and query. */
  readonly path?: string;
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** `open` for one that is sent piece by piece; default none. */
  readonly body?: 'open';
  /** Offered to switch to. */
  readonly upgrade?: string;
  /** `false` for a peer that does not read the answer's body until `read`. */
  readonly reads?: boolean;
}

/** One request and its answer as the peer sees them. */
export interface PeerExchange {
  send(bytes: Buffer | string): void;
  end(trailers?: readonly (readonly [name: string, value: string])[]): void;
  /** Bytes of the body that are still in the peer's own memory. */
  readonly unsent: number;
  /** Goes away: of the connection, where the protocol has no smaller unit. */
  cancel(): void;
  /** Begins to read the answer's body. */
  read(): void;
  readonly informational: readonly { readonly status: number; readonly fields: readonly string[] }[];
  /** Of the answer's head; `undefined` before it. */
  readonly status: number | undefined;
  /** Name, value, name, value …; names in lower case. */
  readonly fields: readonly string[];
  readonly body: Buffer;
  readonly trailers: readonly string[];
  /** `whole` once its end has come; `broken` once it cannot come any more. */
  readonly state: 'open' | 'whole' | 'broken';
  /** The connection in the protocol that both have switched to. */
  readonly switched: Duplex | undefined;
}
